import type { RouteManifest } from "../lib/http/mod.ts";

const text = {
  back: "To the coach",
};

/** A request that failed, for people: what is known, and a way on. */
const errorPage: RouteManifest["error"] = (_context, problem) => ({
  status: problem.status,
  title: problem.title,
  body: (
    <div class="empty empty--page">
      <h1>{problem.title}</h1>
      <p>{problem.detail}</p>
      {problem.errors && <ul>{problem.errors.map((error) => <li key={error}>{error}</li>)}</ul>}
      <a class="button" href="/">{text.back}</a>
    </div>
  ),
});

export default errorPage;
