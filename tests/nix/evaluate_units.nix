# What nix/units.nix makes of a configuration. This needs no nixpkgs: what nix/module.nix and its types do between the two
# is said here once more, and the tests with nixpkgs' lib see to it that it is the same.
{ configuration }:
let
  packages = import ./stand_in_packages.nix { };
  given = (import configuration).services.coachiq;
  secrets = given.secrets or { };
  variables = {
    secretKey = "COACHIQ_SECURITY__SECRET_KEY_FILE";
    jwtSecret = "COACHIQ_AUTH__JWT_SECRET_FILE";
    adminPassword = "COACHIQ_AUTH__ADMIN_PASSWORD_FILE";
    smtpPassword = "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE";
  };
in
import ../../nix/units.nix {
  executable = "${packages.callPackage null null}/bin/coachiq";
  shell = packages.runtimeShell;
  ip = "${packages.iproute2}/bin/ip";
  settingsFolder = packages.runCommand "coachiq-settings" { } "";
  dataDir = given.dataDir or "/var/lib/coachiq";
  storageProfile = given.storageProfile or "ssd";
  canInterfaces = builtins.attrNames (given.can.interfaces or { });
  liveMiB = given.settings.persistence.live_megabytes or 128;
  credentials = builtins.mapAttrs (name: file: {
    inherit file;
    variable = variables.${name};
  }) secrets;
  environment =
    if given ? adminUsername then { COACHIQ_AUTH__ADMIN_USERNAME = given.adminUsername; } else { };
}
