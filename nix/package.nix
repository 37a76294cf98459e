# The program as one executable file, by `deno compile` around nixpkgs' own runtime.
{
  lib,
  stdenvNoCC,
  deno,
  fetchurl,
  runCommand,
}:
let
  inherit (stdenvNoCC) buildPlatform hostPlatform;

  # npm's name of a processor.
  npmCpus = {
    x86_64 = "x64";
    aarch64 = "arm64";
  };
  cpuOf = platform: platform.parsed.cpu.name;
  target = cpuOf hostPlatform;

  npmCache = import ./npm_cache.nix {
    inherit runCommand fetchurl;
    packages = import ./npm_packages.nix {
      lock = lib.importJSON ../deno.lock;
      os = "linux";
      # The bundler runs on the machine that builds; nothing of npm that runs later has a processor.
      cpu = npmCpus.${cpuOf buildPlatform} or (throw "Cannot build CoachIQ on ${buildPlatform.system}, expected x86_64-linux or aarch64-linux");
    };
  };

  # The file begins with it, so it is of the machine that will run the program.
  denort =
    if lib.versionOlder deno.version "2.9" then
      throw "Cannot build CoachIQ with deno ${deno.version}: it is written for 2.9, update nixpkgs"
    else
      deno.denort or (throw "Cannot build CoachIQ: this nixpkgs has no deno.denort, expected one of July 2026 or newer");
in
stdenvNoCC.mkDerivation {
  pname = "coachiq";
  inherit (lib.importJSON ../deno.json) version;

  # What the file is built of; a change of a document builds nothing anew.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../LICENSE
      ../deno.json
      ../deno.lock
      ../islands
      ../lib
      ../main.ts
      ../migrations
      ../reference
      ../routes
      ../static
      ../tools
      ../wiring
    ];
  };

  nativeBuildInputs = [ deno ];
  env.DENORT_BIN = "${denort}/bin/denort";

  buildPhase = ''
    runHook preBuild
    export HOME="$TMPDIR" DENO_DIR="$TMPDIR/deno" DENO_NO_UPDATE_CHECK=1
    mkdir -p "$DENO_DIR"
    ln -s ${npmCache} "$DENO_DIR/npm"
    deno task compile --form compiled --target ${target}
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -D -m 0755 dist/coachiq-linux-${target} "$out/bin/coachiq"
    install -D -m 0644 LICENSE "$out/share/licenses/coachiq/LICENSE"
    runHook postInstall
  '';

  # The program lies in the file behind the runtime: whoever edits the runtime loses it.
  dontStrip = true;
  dontPatchELF = true;

  doInstallCheck = buildPlatform.canExecute hostPlatform;
  installCheckPhase = ''
    runHook preInstallCheck
    "$out/bin/coachiq" version
    runHook postInstallCheck
  '';

  passthru = { inherit npmCache; };

  meta = {
    description = "Runs a motorhome: listens to its RV-C network, shows it on a phone, puts taps back on the bus";
    license = lib.licenses.asl20;
    mainProgram = "coachiq";
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };
}
