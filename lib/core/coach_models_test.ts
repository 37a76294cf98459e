import assert from "node:assert/strict";
import { CoachModelError, modelIds, readModel } from "./coach_models.ts";

const folder = new URL("../../reference/models/", import.meta.url);

Deno.test("readModel() reads every model of the folder by its id", () => {
  const ids = modelIds(folder);
  assert.ok(ids.includes("generic_rv"));
  for (const id of ids) assert.equal(readModel(id, folder).id, id);
});

Deno.test("readModel() names the models there are when there is none of that name", () => {
  assert.throws(() => readModel("hovercraft", folder), (error) => {
    assert.ok(error instanceof CoachModelError);
    assert.match(error.message, /"hovercraft": there is none of that name, expected one of .*generic_rv.*\.yml$/);
    return true;
  });
  assert.throws(() => readModel("../../deno.json", folder), /there is none of that name/);
  assert.throws(() => readModel("no/such.yml", folder), /"no\/such\.yml": there is no such file/);
});

Deno.test("readModel() tells file, line and column of a mistake", () => {
  const path = `${Deno.makeTempDirSync()}/mine.yml`;
  Deno.writeTextFileSync(
    path,
    'id: mine\nname: Mine\nversion: 1\norigin: { source: me }\nareas: { living: Living }\nentities:\n  - id: sofa\n    kind: light\n    name: Sofa\n    area: living\n    load: { instances: ["one"] }\n',
  );
  assert.throws(() => readModel(path, folder), /mine\.yml:11:\d+: entities\[0\]\.load\.instances\[0\]: /);
});

Deno.test("readModel() reads a file of the owner's own with what older programs let through", () => {
  const path = `${Deno.makeTempDirSync()}/mine.yml`;
  const text = "id: mine\nname: Mine\nversion: 1\norigin: { source: me }\nareas: { living: Living }\nentities:\n" +
    "  - { id: sofa, kind: light, name: Sofa, area: living, load: { instances: [0] } }\n";
  Deno.writeTextFileSync(path, text);
  assert.deepEqual(readModel(path, folder).entities.map(({ id }) => id), ["sofa"]);
});
