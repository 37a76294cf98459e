import assert from "node:assert/strict";
import {
  configurationOf,
  evaluateModule,
  findNixpkgsLib,
  type ModuleResult,
  optionNames,
  profiles,
  readExpected,
} from "./module_result.ts";
import { nixPath, root } from "./nix_program.ts";

/**
 * nixpkgs' lib is in no package of Debian or npm. Where it is at hand, as `<nixpkgs>` or in the folder that
 * `NIXPKGS_LIB` names, the module is evaluated by it; elsewhere units_test.ts evaluates the part that needs none.
 */
const lib = await findNixpkgsLib();

function withLib(name: string, run: (lib: string) => Promise<void>): void {
  if (lib !== undefined) Deno.test(`${name} (with nixpkgs' lib)`, () => run(lib));
}

const evaluate = (text: string): Promise<ModuleResult> => {
  assert.ok(lib);
  return evaluateModule(lib, { text });
};

for (const profile of profiles) {
  withLib(`services.coachiq makes what is expected of the profile ${profile}`, async (lib) => {
    assert.deepEqual(await evaluateModule(lib, { path: configurationOf(profile) }), await readExpected(profile));
  });
}

withLib("services.coachiq has the options that are expected", async (lib) => {
  assert.deepEqual(await optionNames(lib), await readExpected("options"));
});

withLib("services.coachiq makes nothing while it is not enabled", async () => {
  const { services, etc, tmpfiles, users, refused, programs } = await evaluate("{ services.coachiq.enable = false; }");
  assert.deepEqual({ services, etc, tmpfiles, users, refused, programs }, {
    services: {},
    etc: {},
    tmpfiles: [],
    users: {},
    refused: [],
    programs: [],
  });
});

withLib("services.coachiq gives way to what a configuration says of its service and its settings", async () => {
  const { services, settings, journal, timers } = await evaluate(`{
    services.coachiq = {
      enable = true;
      storageProfile = "sdcard";
      can.interfaces.can0 = 250000;
      settings.can.bitrates.can0 = 500000;
      settings.persistence.sync_minutes = 10;
    };
    services.journald.storage = "persistent";
    systemd.services.coachiq.serviceConfig = { MemoryMax = "1G"; SystemCallFilter = [ "@system-service" ]; };
    systemd.timers.coachiq-sync.timerConfig.OnUnitActiveSec = "20min";
  }`);
  const service = services["coachiq"]?.serviceConfig;
  assert.equal(service?.["MemoryMax"], "1G");
  assert.deepEqual(service?.["SystemCallFilter"], ["@system-service"]);
  assert.equal(service?.["ProtectSystem"], "strict");
  assert.equal(timers["coachiq-sync"]?.timerConfig["OnUnitActiveSec"], "20min");
  assert.equal(journal, "persistent");
  assert.deepEqual(settings["can"], { bitrates: { can0: 500000 }, interfaces: ["can0"] });
  assert.deepEqual(settings["persistence"], { live_megabytes: 128, storage_profile: "sdcard", sync_minutes: 10 });
});

/** What a configuration says besides `enable`, and the sentence that refuses it. */
const refusals: readonly (readonly [settings: string, sentence: RegExp])[] = [
  [`dataDir = "/root/coachiq";`, /dataDir is "\/root\/coachiq", but the service does not see \/root/],
  [`dataDir = "/srv/coachiq/";`, /dataDir is "\/srv\/coachiq\/", expected a path without dots/],
  [`storageProfile = "custom";`, /storageProfile is "custom", but dataDir is the default folder/],
  [`storageProfile = "development"; settings.server.host = "0.0.0.0";`, /"development", which has no accounts/],
  [`settings.persistence.storage_profile = "sdcard";`, /set services\.coachiq\.storageProfile, which also/],
  [`settings.persistence.data_dir = "/srv/coachiq";`, /set services\.coachiq\.dataDir, which also/],
  [`settings.auth.secret_key = "in the open, all 32 characters of it";`, /holds auth\.secret_key, which everybody/],
  [`settings.features.notifications.smtp.password = "p";`, /holds features\.notifications\.smtp\.password/],
  [`adminUsername = "owner";`, /make an account together: set both, or neither/],
  [`secrets.adminPassword = "/run/secrets/password";`, /make an account together: set both, or neither/],
  [`settings.auth.admin_username = "owner";`, /set services\.coachiq\.adminUsername/],
  [`secrets.jwtSecret = "jwt";`, /secrets\.jwtSecret is "jwt", expected an absolute path/],
  [`secrets.jwtSecret = "\${builtins.storeDir}/jwt";`, /secrets\.jwtSecret is in the Nix store, which everybody reads/],
  [`can.interfaces."can 0" = 250000;`, /can\.interfaces names can 0, expected names of 1 to 15 letters/],
];

withLib("services.coachiq refuses with a sentence what cannot work", async () => {
  for (const [settings, sentence] of refusals) {
    const { refused } = await evaluate(`{ services.coachiq = { enable = true; ${settings} }; }`);
    assert.equal(refused.length, 1, `${settings}: ${refused.join(" ")}`);
    assert.match(refused[0] ?? "", sentence);
  }
});

withLib("services.coachiq takes no value of a wrong kind", async () => {
  for (
    const [settings, message] of [
      ["can.interfaces.can0 = 240000;", /can\.interfaces\.can0' is not of type .*one of 125000, 250000/],
      [`storageProfile = "floppy";`, /storageProfile' is not of type .*one of "ssd", "sdcard"/],
      ["secrets.secretKey = ./secret;", /secrets\.secretKey' is not of type .*null or string/],
      ["settings.server.port = 0.5;", /settings\.server\.port' is not of type/],
      ["port = 8080;", /The option `services\.coachiq\.port' does not exist/],
    ] as const
  ) {
    await assert.rejects(evaluate(`{ services.coachiq = { enable = true; ${settings} }; }`), message);
  }
});

withLib("services.coachiq warns of an open door that leads nowhere", async () => {
  const { warnings, ports } = await evaluate(
    `{ services.coachiq = { enable = true; openFirewall = true; settings.server.host = "127.0.0.1"; }; }`,
  );
  assert.deepEqual(ports, [8080]);
  assert.match(
    warnings.join(),
    /openFirewall is true, but settings\.server\.host is "127\.0\.0\.1": no phone reaches it/,
  );
});

for (const example of ["ssd", "sdcard"]) {
  withLib(`examples/${example}.nix makes a system that nothing refuses`, async (lib) => {
    const { refused, warnings, services } = await evaluateModule(lib, { path: `${root}/examples/${example}.nix` });
    assert.deepEqual({ refused, warnings }, { refused: [], warnings: [] });
    assert.ok(services["coachiq"]);
  });
}

withLib("nix/vm_test.nix boots machines of both profiles that nothing refuses", async (lib) => {
  for (const node of ["ssd", "sdcard"]) {
    const { refused, settings } = await evaluateModule(lib, {
      text: `(import ${nixPath(`${root}/nix/vm_test.nix`)} {
        testers.runNixOSTest = test: test;
        can-utils = "can-utils"; jq = "jq"; iproute2 = "iproute2";
      }).nodes.${node} // { imports = [ ]; environment = { }; }`,
    });
    assert.deepEqual(refused, []);
    assert.deepEqual((settings["persistence"] as Record<string, unknown>)["storage_profile"], node);
  }
});
