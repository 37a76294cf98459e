/** How many tests a report counts. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of those that failed or were skipped, with their files. */
  readonly failures: readonly string[];
  readonly skips: readonly string[];
}

/** Counts the cases of a JUnit report as `deno test` writes it; a step of a test counts with its test. */
export function countJunit(xml: string): TestCounts {
  let passed = 0;
  const failures: string[] = [];
  const skips: string[] = [];
  for (const [, attributes = "", body = ""] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = `${attribute(attributes, "classname")}: ${attribute(attributes, "name")}`;
    if (/<(failure|error)\b/.test(body)) failures.push(name);
    else if (/<skipped\b/.test(body)) skips.push(name);
    else passed++;
  }
  return { passed, failed: failures.length, skipped: skips.length, failures, skips };
}

function attribute(attributes: string, name: string): string {
  const text = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => {
    return { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" }[entity] ?? "";
  });
}
