import assert from "node:assert/strict";
import fc from "fast-check";
import { dataPaths } from "../store/mod.ts";
import { type Choice, chooseGeneration, type Found, generationFiles } from "./generation.ts";

const found = fc.constantFrom<Found>("missing", "sound", "damaged");
const places = ["live", "newest", "previous"] as const;
type Place = typeof places[number];
const isPlace = (choice: Choice): choice is Place => (places as readonly string[]).includes(choice);

Deno.test("chooseGeneration() takes the newest file that is sound, and never one that is not", () =>
  fc.assert(fc.asyncProperty(
    fc.record({ live: found, newest: found, previous: found }),
    fc.boolean(),
    async (files, liveIsWhole) => {
      const looked: Place[] = [];
      const choice = await chooseGeneration((place) => {
        looked.push(place);
        return Promise.resolve(files[place]);
      }, { liveIsWhole });
      const usable = places.filter((place) => files[place] === "sound" && (place !== "live" || liveIsWhole));
      assert.equal(isPlace(choice) ? choice : undefined, usable[0]);
      if (isPlace(choice)) assert.equal(looked.at(-1), choice, "it looks no further");
      else assert.equal(choice, [files.newest, files.previous].includes("damaged") ? "unusable" : "nothing");
      assert.equal(looked.includes("live"), liveIsWhole);
      assert.equal(new Set(looked).size, looked.length);
    },
  )));

Deno.test("generationFiles() keeps the newest copy where the other profiles have their database", () => {
  const onDisk = dataPaths("/data");
  const inMemory = dataPaths("/data", "sdcard");
  for (const database of ["coachiq", "history"] as const) {
    const { live, newest, previous } = generationFiles(inMemory, database);
    assert.equal(live, inMemory[database]);
    assert.equal(newest, onDisk[database]);
    assert.equal(previous, `/data/user/previous/${database}.db`);
  }
});
