# The folder `npm` of a DENO_DIR with every package in it, made of one fixed-output derivation each. Deno takes it for
# its own cache: with a lock file it asks the registry for nothing.
{
  runCommand,
  fetchurl,
  # As npm_packages.nix answers them.
  packages,
}:
let
  unpack = package: ''
    folder="$out/registry.npmjs.org/${package.name}/${package.version}"
    mkdir -p "$folder"
    tar --extract --gzip --file ${
      fetchurl { inherit (package) url hash; }
    } --directory "$folder" --strip-components=1 --no-same-owner
    # Some packages were packed without the right to enter their folders.
    chmod -R u+rwX,go+rX "$folder"
  '';
in
runCommand "coachiq-npm-cache" { } ''
  mkdir -p "$out"
  ${builtins.concatStringsSep "" (map unpack packages)}
''
