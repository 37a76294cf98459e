# What of deno.lock one machine needs, and where it comes from. Builtins only, so that it can be evaluated without
# nixpkgs. The integrity that the lock states for each package is the hash of a fixed-output derivation as it is, so
# an update of deno.lock needs no other file.
{
  # deno.lock, as builtins.fromJSON reads it.
  lock,
  # npm's names of the machine that builds: "linux", and "x64" or "arm64".
  os,
  cpu,
}:
let
  # "@scope/name@1.2.3_peer@4.5.6" → [ "@scope/name" "1.2.3" ]: with other peers it is the same package.
  nameAndVersion =
    id:
    let
      parts = builtins.match "(@[^@]+|[^@]+)@([^_]+).*" id;
    in
    if parts == null then throw "Cannot read deno.lock: \"${id}\" is no npm package, expected name@version" else parts;

  isForMachine =
    entry: builtins.elem os (entry.os or [ os ]) && builtins.elem cpu (entry.cpu or [ cpu ]);

  packageOf =
    id:
    let
      entry = lock.npm.${id};
      parts = nameAndVersion id;
      name = builtins.elemAt parts 0;
      version = builtins.elemAt parts 1;
    in
    {
      inherit name version;
      url = entry.tarball or "https://registry.npmjs.org/${name}/-/${baseNameOf name}-${version}.tgz";
      hash = entry.integrity;
    };

  ids = builtins.filter (id: isForMachine lock.npm.${id}) (builtins.attrNames lock.npm);
  named = map (
    id:
    let
      package = packageOf id;
    in
    {
      name = "${package.name}@${package.version}";
      value = package;
    }
  ) ids;
in
if lock.version != "5" then
  throw "Cannot read deno.lock: its version is \"${lock.version}\", expected \"5\""
else
  builtins.attrValues (builtins.listToAttrs named)
