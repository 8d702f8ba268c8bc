import { ApiProblem, PROBLEM_TYPES, type ProblemType } from "../errors";
import { Answer } from "./answer";

const URN = "urn:facesmash:problem:";

/** An RFC 9457 answer as `ApiProblem`; whatever else stands in the way (a proxy, the gateway) by its status. */
export function problemOf(response: Response, body: unknown): ApiProblem {
  const answer = isObject(body) ? new Answer(body) : new Answer({});
  const type = typeOf(answer) ?? typeByStatus(response.status);
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiProblem({
    type,
    status: response.status,
    detail: answer.has("detail") ? answer.string("detail") : response.statusText,
    reasons: type === "capture-refused" ? reasonsOf(answer) : undefined,
    retryAfter: Number.isNaN(retryAfter) ? undefined : retryAfter,
  });
}

function typeOf(answer: Answer): ProblemType | undefined {
  if (!answer.has("type")) return undefined;
  const slug = answer.string("type").replace(URN, "");
  return PROBLEM_TYPES.find((type) => type === slug);
}

function reasonsOf(answer: Answer): string[] {
  return answer.has("errors") ? answer.list("errors", (error) => error.string("reason")) : [];
}

function typeByStatus(status: number): ProblemType {
  if (status === 404) return "not-found";
  if (status === 413) return "request-too-large";
  if (status === 429) return "too-many-requests";
  if (status === 502 || status === 503 || status === 504) return "unavailable";
  return status >= 500 ? "internal" : "request-invalid";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
