/** Entry of every HTML file: one shell, so that moving between pages keeps the session that lives in memory. */
import "./app";
