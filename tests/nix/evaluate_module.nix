# What nix/module.nix makes of a configuration, as plain values. The options of NixOS that it sets are declared here as
# loosely as they can be.
{
  # Folder with nixpkgs' lib.
  lib,
  configuration,
}:
let
  nixpkgsLib = import lib;
  inherit (nixpkgsLib) mkOption types;

  packages = import ./stand_in_packages.nix { lib = nixpkgsLib; };

  anything = mkOption {
    type = types.anything;
    default = { };
  };
  list = mkOption {
    type = types.listOf types.anything;
    default = [ ];
  };
  nixosOptions = {
    options = {
      # What else a whole configuration says.
      boot = anything;
      fileSystems = anything;
      networking.hostName = anything;
      nixpkgs = anything;
      services.avahi = anything;
      services.openssh = anything;
      system = anything;

      assertions = list;
      warnings = list;
      environment.etc = anything;
      environment.systemPackages = list;
      networking.firewall.allowedTCPPorts = list;
      services.journald.storage = mkOption {
        type = types.str;
        default = "persistent";
      };
      systemd.services = anything;
      systemd.timers = anything;
      systemd.mounts = list;
      systemd.tmpfiles.rules = list;
      users.users = anything;
      users.groups = anything;
    };
  };

  inherit
    (nixpkgsLib.evalModules {
      specialArgs.pkgs = packages;
      modules = [
        nixosOptions
        ../../nix/module.nix
        configuration
      ];
    })
    config
    options
    ;

  plain = value: builtins.fromJSON (builtins.toJSON value);
in
{
  # What it sets.
  result = {
    inherit (config.systemd) services timers mounts;
    tmpfiles = config.systemd.tmpfiles.rules;
    inherit (config.environment) etc;
    inherit (config.users) users groups;
    journal = config.services.journald.storage;
    sysctl = config.boot.kernel.sysctl or { };
    ports = config.networking.firewall.allowedTCPPorts;
    programs = map (package: package.name) config.environment.systemPackages;
    inherit (config.services.coachiq) settings;
    inherit (config) warnings;
    refused = map (one: one.message) (builtins.filter (one: !one.assertion) config.assertions);
    # The script that checks the settings while the system is built.
    check = (config.environment.etc.coachiq or { source.script = ""; }).source.script or "";
  };

  # Dotted names of its options.
  optionNames = map (option: nixpkgsLib.showOption option.loc) (
    builtins.filter (option: nixpkgsLib.hasPrefix "services.coachiq." (nixpkgsLib.showOption option.loc)) (
      nixpkgsLib.collect nixpkgsLib.isOption options
    )
  );
}
