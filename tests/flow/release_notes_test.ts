import assert from "node:assert/strict";
import { cutReleaseNotes } from "../../tools/release/cut_release_notes.ts";

const changelog = `# Changelog

Words about the form.

## 1.2.3 - 2026-11-21

### Added

- A thing with
  two lines.

## 1.2.2 - 2026-10-01

- Older.

[1.2.3]: https://example.org/1.2.3
`;
const version = "1.2.3";

Deno.test("cutReleaseNotes() gives the section of the version and nothing else", () => {
  assert.equal(cutReleaseNotes({ tag: "v1.2.3", version, changelog }), "### Added\n\n- A thing with\n  two lines.\n");
});

Deno.test("cutReleaseNotes() takes a version in brackets, as Keep a Changelog links it", () => {
  const linked = changelog.replace("## 1.2.3 -", "## [1.2.3] -");
  assert.match(cutReleaseNotes({ tag: "v1.2.3", version, changelog: linked }), /A thing/);
});

Deno.test("cutReleaseNotes() refuses a tag that is not the version of deno.json", () => {
  for (const tag of ["", "1.2.3", "v1.2.4", "v1.2.3-rc.1"]) {
    assert.throws(
      () => cutReleaseNotes({ tag, version, changelog }),
      /deno\.json has version 1\.2\.3, expected the tag/,
    );
  }
});

Deno.test("cutReleaseNotes() refuses a changelog that does not begin with the version and its day", () => {
  for (const heading of ["Unreleased", "1.2.4 - 2026-11-21", "1.2.3", "1.2.3 - soon"]) {
    const other = changelog.replace("1.2.3 - 2026-11-21", heading);
    assert.throws(() => cutReleaseNotes({ tag: "v1.2.3", version, changelog: other }), /the changelog begins with/);
  }
  assert.throws(() => cutReleaseNotes({ tag: "v1.2.3", version, changelog: "# Changelog\n" }), /begins with ""/);
});

Deno.test("cutReleaseNotes() refuses a section that says nothing", () => {
  const empty = changelog.replace(/### Added[^]*?(?=## 1\.2\.2)/, "");
  assert.throws(() => cutReleaseNotes({ tag: "v1.2.3", version, changelog: empty }), /says nothing of 1\.2\.3/);
});
