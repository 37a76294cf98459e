import assert from "node:assert/strict";
import { modelOf } from "../../tests/suites/mapping_fixture.ts";
import { migrations, temporaryFolder } from "../../tests/suites/store_fixture.ts";
import { silentLogger, systemClock } from "../base/mod.ts";
import { type CoachModel, modelYaml } from "../coach/mod.ts";
import { answerMappingCall, CoachMapping, InProcessWork, Storage } from "../core/mod.ts";
import { createProtocol } from "../protocol/mod.ts";
import { coachService } from "./coach_call.ts";
import { runCoachCommand } from "./coach_run.ts";
import { runCommandLine } from "./command_line.ts";
import { safetyWithoutServer } from "./db_place.ts";

const no = () => Promise.reject(new Error("not this command"));
const noOther = {
  serve: no,
  simulate: no,
  decode: no,
  record: no,
  replay: no,
  db: no,
  config: no,
  account: no,
  install: no,
  uninstall: no,
  upgrade: no,
  can: no,
  importLegacy: no,
  sync: no,
  doctor: no,
  version: no,
};
const protocol = createProtocol();
const timeSigns = { synchronized: () => true, hasClock: () => true };

/** A data directory in which a coach was imported once, the program's models, and `coachiq coach` over both. */
async function place(models: readonly CoachModel[] = [modelOf(6)]) {
  const folder = await temporaryFolder();
  const dataDir = `${folder.path}/data`;
  const modelsFolder = new URL(`file://${folder.path}/models/`);
  await Deno.mkdir(modelsFolder);
  await Deno.mkdir(dataDir);
  const ship = (model: CoachModel) => Deno.writeTextFile(new URL(`${model.id}.yml`, modelsFolder), modelYaml(model));
  for (const model of models) await ship(model);
  const common = { migrations, programVersion: "1.2.3", clock: systemClock, timeSigns };
  const server = async () => {
    const storage = new Storage({
      ...common,
      dataDir,
      profile: "ssd",
      logger: silentLogger,
      work: new InProcessWork(migrations.coachiq),
      safety: safetyWithoutServer,
    });
    await storage.plan();
    await storage.start();
    const options = { storage, folder: modelsFolder, protocol, clock: systemClock, logger: silentLogger };
    const mapping = new CoachMapping({ ...options, firstModel: "test_coach" });
    await mapping.start();
    storage.answerCalls(coachService, (body) => answerMappingCall(mapping, body));
    const record = () =>
      storage.store.audit.list({ limit: 10 }).map(({ actor, what, outcome }) => [actor, what, outcome]);
    return { mapping, storage, record, stop: () => storage.stop() };
  };
  const run = async (args: readonly string[], input = "") => {
    let out = "";
    let err = "";
    const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
    const parts = {
      ...common,
      output,
      terminal: false,
      defaultDataDir: () => Promise.resolve(dataDir),
      modelsFolder,
      protocol,
    };
    const code = await runCommandLine(["coach", ...args], {
      handlers: {
        ...noOther,
        coach: (request) => runCoachCommand(request, { ...parts, readInput: () => Promise.resolve(input) }),
      },
      output,
      version: "1.2.3",
    });
    return { code, out, err };
  };
  return {
    path: folder.path,
    ship,
    server,
    run,
    async done(args: readonly string[], input?: string) {
      const ended = await run(args, input);
      assert.equal(ended.code, 0, `coach ${args.join(" ")}: ${ended.err}`);
      return ended.out;
    },
    async json(args: readonly string[], input?: string) {
      const { code, out } = await run([...args, "--json"], input);
      return { code, ...JSON.parse(out) };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const rename = JSON.stringify([{ op: "replace", path: "/entities/light_0/name", value: "Mine" }]);

Deno.test("coach tells and changes the mapping without a server", async () => {
  await using coach = await place();
  await (await coach.server()).stop();
  assert.match(
    await coach.done(["models"]),
    /^\* test_coach +Test coach, version 1, 6 entities \(version 1 imported\)\n$/,
  );
  const status = await coach.json(["status"]);
  assert.deepEqual([status.modelId, status.edits, status.importedBy], ["test_coach", 0, "CoachIQ"]);
  assert.match(
    await coach.done(["patch", "-", "--reason", "so I call it"], rename),
    /It is change 2: coachiq coach undo 2/,
  );
  assert.match(await coach.done(["status"]), /Your edits +1, entities taken away: 0/);
  const history = await coach.done(["history"]);
  assert.match(
    history,
    /^ +2 .*command line: so I call it \(\/entities\/light_0\/name\)\n +1 .*\(\d+ paths, cannot be undone\)/,
  );
  assert.deepEqual((await coach.json(["history", "--limit", "1"])).batches.length, 1);
  assert.match(await coach.done(["export"]), /name: Mine/);
  const file = `${coach.path}/mine.json`;
  await coach.done(["export", "--format", "patch", "-o", file]);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(file)), JSON.parse(rename));
  assert.match((await coach.run(["export", "-o", file])).err, /there is such a file already/);
  assert.match(await coach.done(["undo", "2"]), /Change 2 is taken back, as change 3/);
  await coach.done(["patch", file]);
  assert.equal((await coach.json(["status"])).edits, 1);
  const server = await coach.server();
  const record = server.record();
  assert.deepEqual(record.at(-1), ["command line", "Mapping /entities/light_0/name: change", "done"]);
  assert.ok(record.length > 1, "everything that changed something is there");
  await server.stop();
});

Deno.test("coach import and reset tell first what they would do, and do it with --yes, after a backup", async () => {
  await using coach = await place([modelOf(6), modelOf(3, { id: "other_coach", name: "Other" })]);
  await (await coach.server()).stop();
  await coach.done(["patch", "-"], rename);
  await coach.ship({
    ...modelOf(6, { version: 2 }),
    entities: modelOf(6).entities.map((light) => ({ ...light, name: `New ${light.name}` })),
  });
  assert.match(await coach.done(["status"]), /Update +version 2 is there/);
  const unasked = await coach.run(["import"]);
  assert.equal(unasked.code, 1);
  assert.match(
    unasked.err,
    /needs your consent\.\ntest_coach: from version 1 to version 2: 5 taken, \d+ kept, 0 removed, 1 conf/,
  );
  assert.match(unasked.err, /mine wins; \/entities\/light_0\/name\)/);
  const asked = await coach.json(["import"]);
  assert.deepEqual([asked.code, asked.state, asked.preview.counts.conflict], [1, "refused", 1]);
  const preview = await coach.json(["preview"]);
  assert.equal(preview.counts.taken, 5);
  assert.match(
    await coach.done(["preview", "--model", "other_coach"]),
    /^other_coach: from its first import to version 1/,
  );
  assert.match(
    await coach.done(["import", "--yes"]),
    /runs with "test_coach", version 2\. In 1 conflict\(s\) yours stays/,
  );
  assert.match(await coach.done(["export"]), /name: Mine/);
  const [import_] = (await coach.json(["history", "--limit", "1"])).batches;
  await coach.done(["undo", String(import_.id)]);
  await coach.done(["import", "--yes", "--theirs", "/entities/light_0/name"]);
  assert.match(await coach.done(["export"]), /name: New Light 0/);
  await coach.done(["patch", "-"], rename);
  const would = await coach.run(["reset", "light_0"]);
  assert.equal(would.code, 1);
  assert.match(would.err, /To consent: coachiq coach reset light_0 --yes/);
  await coach.done(["reset", "light_0", "--yes"]);
  assert.match(await coach.done(["export"]), /name: New Light 0/);
  assert.equal((await coach.run(["reset"])).code, 1);
  assert.match(await coach.done(["reset", "--yes"]), /of everything is valid again/);
  await coach.done(["import", "--model", "other_coach", "--yes"]);
  assert.match(await coach.done(["models"]), /\* other_coach/);
  assert.ok([...Deno.readDirSync(`${coach.path}/data/backups`)].some(({ name }) => name.includes("-preImport-")));
});

Deno.test("coach keeps a model of one's own, by upload and by importing a file", async () => {
  await using coach = await place();
  await (await coach.server()).stop();
  const file = `${coach.path}/own.yml`;
  await Deno.writeTextFile(file, modelYaml(modelOf(2, { id: "own_coach", name: "Own" })));
  assert.match(await coach.done(["upload", file]), /kept as "own_coach": coachiq coach import --model own_coach --yes/);
  await coach.done(["import", "--model", file, "--yes"]);
  assert.equal((await coach.json(["status"])).modelId, "own_coach");
  await Deno.writeTextFile(file, "id: [\n");
  const wrong = await coach.run(["upload", file]);
  assert.match(wrong.err, /it is not right\nmodel\.yml:\d+:\d+: /);
});

Deno.test("coach has a running server tell and change, which goes on running with it", async () => {
  await using coach = await place();
  const server = await coach.server();
  try {
    let told = 0;
    server.mapping.subscribe(() => void told++);
    await coach.done(["patch", "-"], rename);
    assert.equal(server.mapping.entity("light_0")?.name, "Mine");
    assert.equal(told, 1);
    assert.equal((await coach.json(["status"])).edits, 1);
    await coach.done(["reset", "--yes"]);
    assert.equal(server.mapping.entity("light_0")?.name, "Light 0");
    const refused = await coach.run(["undo", "99"]);
    assert.deepEqual([refused.code, refused.err], [1, "Cannot undo change 99: there is no change of this number\n"]);
    const json = await coach.json(["patch", "-"], '[{"op":"remove","path":"/areas/bed"}]');
    assert.deepEqual([json.code, json.state, json.errors.length > 0], [1, "refused", true]);
    assert.equal((await coach.run(["patch", "-"], '[{"op":"explode"}]')).code, 1);
  } finally {
    await server.stop();
  }
  assert.equal((await coach.json(["status"])).edits, 0);
});

Deno.test("coach is refused by a server that has no coach to tell of, as in recovery", async () => {
  await using coach = await place();
  await (await coach.server()).stop();
  const server = await coach.server();
  server.storage.answerCalls(coachService, () => Promise.reject(new Error("not now")))();
  const refused = await coach.run(["status"]);
  await server.stop();
  assert.equal(refused.code, 1);
  assert.match(refused.err, /cannot tell or change anything of the coach now: see its page/);
});

Deno.test("coach says what is missing: a folder, a database, an import, a file, JSON", async () => {
  await using coach = await place();
  const cases: readonly [readonly string[], RegExp][] = [
    [["status", "--data-dir", `${coach.path}/none`], /there is no such folder/],
    [["status"], /There is no database in .* yet: the first start of coachiq serve makes it/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await coach.run(args);
    assert.equal(code, 1);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n\s+at /);
  }
  const server = await coach.server();
  server.storage.store.systemSettings.set({ active_model: undefined });
  await server.stop();
  assert.match((await coach.run(["status"])).err, /no coach model was imported yet/);
  assert.match(await coach.done(["models"]), /test_coach/);
  await coach.done(["import", "--model", "test_coach", "--yes"]);
  assert.match((await coach.run(["patch", `${coach.path}/none.json`])).err, /there is no such file/);
  assert.match((await coach.run(["patch", "-"], "{")).err, /Cannot read the patch "-": /);
  assert.match(
    (await coach.run(["import", "--model", "hovercraft"])).err,
    /There is no model "hovercraft", expected one of/,
  );
  assert.match((await coach.run(["import", "--yes", "--theirs", "/x"])).err, /There is no conflict at "\/x"/);
  for (const wrong of [["undo"], ["undo", "x"], ["history", "--limit", "0"], ["export", "--format", "xml"], ["fly"]]) {
    assert.equal((await coach.run(wrong)).code, 2, wrong.join(" "));
  }
});
