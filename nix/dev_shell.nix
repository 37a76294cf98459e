# What `deno task dev` and most tests need: `nix develop`. The tests in virtual machines want Debian's packages.
{
  mkShell,
  deno,
  nodejs,
  can-utils,
  iproute2,
  chromium,
  git,
  nix,
  prometheus,
}:
mkShell {
  packages = [
    deno
    nodejs
    can-utils
    iproute2
    chromium
    git
    nix
    prometheus.cli
  ];
}
