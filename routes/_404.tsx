import type { PageHandler } from "../lib/http/mod.ts";

const text = {
  title: "Not found",
  detail: (path: string) => `There is nothing at ${path}.`,
  back: "To the coach",
};

/** A page that does not exist. */
const notFound: PageHandler = ({ url }) => ({
  status: 404,
  title: text.title,
  body: (
    <div class="empty empty--page">
      <h1>{text.title}</h1>
      <p>{text.detail(url.pathname)}</p>
      <a class="button" href="/">{text.back}</a>
    </div>
  ),
});

export default notFound;
