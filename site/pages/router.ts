/** The addresses of the site. Each is also an HTML file of its own, so that it can be opened directly. */
export const ROUTES = {
  home: { path: "/", title: "FaceSmash" },
  register: { path: "/register", title: "Register · FaceSmash" },
  "sign-in": { path: "/sign-in", title: "Sign in · FaceSmash" },
  dashboard: { path: "/dashboard", title: "My data · FaceSmash" },
  face: { path: "/face", title: "Your face · FaceSmash" },
  authorize: { path: "/authorize", title: "Sign in to an application · FaceSmash" },
  logout: { path: "/logout", title: "Sign out · FaceSmash" },
  freeze: { path: "/freeze", title: "Freeze the account · FaceSmash" },
  policy: { path: "/policy", title: "Policy and what is kept · FaceSmash" },
  outbox: { path: "/outbox", title: "Outbox · FaceSmash" },
} as const;

export type PageName = keyof typeof ROUTES;

const PAGE_NAMES = Object.keys(ROUTES) as PageName[];

/** The page at an address, with or without `.html` or a slash at its end; null for an address that has none. */
export function pageAt(pathname: string): PageName | null {
  const path = pathname.replace(/\.html$/, "").replace(/\/+$/, "") || "/";
  if (path === "/index") return "home";
  return PAGE_NAMES.find((name) => ROUTES[name].path === path) ?? null;
}

/** What a click on a link means, as far as the router cares. */
export interface LinkClick {
  readonly href: string;
  readonly target: string;
  readonly download: boolean;
  readonly button: number;
  readonly modified: boolean;
}

/** The page that a click leads to inside this document; null when the browser should do what it always does. */
export function pageFor(click: LinkClick, origin: string): PageName | null {
  if (click.button !== 0 || click.modified || click.download) return null;
  if (click.target !== "" && click.target !== "_self") return null;
  if (!URL.canParse(click.href)) return null;
  const url = new URL(click.href);
  if (url.origin !== origin || url.hash !== "") return null;
  return pageAt(url.pathname);
}
