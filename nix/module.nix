# `services.coachiq`: the server as a service of NixOS. docs/install-nixos.md tells how to use it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    mkDefault
    mkEnableOption
    mkIf
    mkOption
    types
    ;

  cfg = config.services.coachiq;
  format = pkgs.formats.toml { };
  executable = "${cfg.package}/bin/coachiq";

  loopback = [
    "127.0.0.1"
    "::1"
    "localhost"
  ];

  # Room in memory for the live databases of the profile "sdcard", MiB, where nobody says it.
  liveMiB = 128;

  # The secrets that the program takes, by the variable that names their file.
  secretVariables = {
    secretKey = "COACHIQ_SECURITY__SECRET_KEY_FILE";
    jwtSecret = "COACHIQ_AUTH__JWT_SECRET_FILE";
    adminPassword = "COACHIQ_AUTH__ADMIN_PASSWORD_FILE";
    smtpPassword = "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE";
  };
  givenSecrets = lib.filterAttrs (_: file: file != null) cfg.secrets;

  # Keys of the program that hold a secret: their values would be in the store, which everybody reads.
  secretKeys = [
    [ "auth" "secret_key" ]
    [ "auth" "jwt_secret" ]
    [ "auth" "admin_password" ]
    [ "features" "notifications" "smtp" "password" ]
  ];
  secretsInSettings = builtins.filter (path: lib.hasAttrByPath path cfg.settings) secretKeys;

  settingsFile = format.generate "coachiq-system.toml" cfg.settings;
  canCheck = pkgs.stdenv.buildPlatform.canExecute pkgs.stdenv.hostPlatform;
  # A system with settings that the program would refuse is not built.
  settingsFolder = pkgs.runCommand "coachiq-settings" { } ''
    mkdir "$out"
    cp ${settingsFile} "$out/system.toml"
    ${lib.optionalString canCheck ''${executable} config check "$out/system.toml"''}
  '';

  units = import ./units.nix {
    inherit executable settingsFolder;
    inherit (cfg) dataDir storageProfile;
    liveMiB = cfg.settings.persistence.live_megabytes or liveMiB;
    shell = pkgs.runtimeShell;
    ip = "${pkgs.iproute2}/bin/ip";
    canInterfaces = builtins.attrNames cfg.can.interfaces;
    credentials = lib.mapAttrs (name: file: {
      inherit file;
      variable = secretVariables.${name};
    }) givenSecrets;
    environment = lib.optionalAttrs (cfg.adminUsername != null) {
      COACHIQ_AUTH__ADMIN_USERNAME = cfg.adminUsername;
    };
  };

  # Everything that a service says can be set otherwise without mkForce.
  overridable = unit: unit // { serviceConfig = lib.mapAttrs (_: mkDefault) unit.serviceConfig; };

  secretOption =
    what:
    mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/run/secrets/coachiq";
      description = ''
        File on the machine that holds ${what}, as a text and not as a path of Nix. It is read when the service starts,
        by systemd, and handed to the program as a credential; it may belong to root and be readable by nobody else.
      '';
    };
in
{
  options.services.coachiq = {
    enable = mkEnableOption "CoachIQ, which runs a motorhome over its RV-C network";

    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ./package.nix { };
      defaultText = lib.literalExpression "the package of the flake";
      description = "The program.";
    };

    storageProfile = mkOption {
      type = types.enum [
        "ssd"
        "sdcard"
        "custom"
        "development"
      ];
      default = "ssd";
      description = ''
        How data is kept: `ssd` on a disk, `sdcard` in memory and copied to the card now and then, `custom` as `ssd` in
        a folder of its own, `development` without accounts and for this machine alone.
      '';
    };

    dataDir = mkOption {
      type = types.strMatching "/[A-Za-z0-9_./-]+";
      default = "/var/lib/coachiq";
      description = ''
        Folder for what the program keeps. Commands need `--data-dir` for any other than the default.
      '';
    };

    settings = mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          server.host = mkOption {
            type = types.str;
            default = if cfg.storageProfile == "development" then "127.0.0.1" else "0.0.0.0";
            defaultText = lib.literalExpression ''"0.0.0.0", and "127.0.0.1" with the profile "development"'';
            description = "Address to listen on; `0.0.0.0` is every IPv4 address of the machine.";
          };
          server.port = mkOption {
            type = types.port;
            default = 8080;
            description = "Port to listen on.";
          };
        };
      };
      default = { };
      example = lib.literalExpression ''
        {
          coach.model = "entegra_aspire_44r_2021";
          features.notifications.enabled = true;
        }
      '';
      description = ''
        Settings of the installer, as docs/configuration.md lists them. They become `system.toml`, which the program
        checks while the system is built. What the owner sets on the site beats them.
      '';
    };

    can.interfaces = mkOption {
      type = types.attrsOf (
        types.enum [
          125000
          250000
          500000
          1000000
        ]
      );
      default = { };
      example = {
        can0 = 250000;
        can1 = 500000;
      };
      description = ''
        CAN interfaces and their bit rates in bit/s. Each is brought up when its adapter is there, and CoachIQ listens
        to all of them. RV-C runs at 250000, chassis buses at 250000 or 500000. With none there is a simulated coach.
      '';
    };

    adminUsername = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = ''
        Name of the owner's account that is made at the first start, with the password in `secrets.adminPassword`.
        Without it the first start prints a code, and the account is made on the site.
      '';
    };

    secrets = {
      secretKey = secretOption "the root of the keys that the program signs with, at least 32 characters; without it the program makes one and keeps it";
      jwtSecret = secretOption "the key that signs access tokens of programs, at least 32 characters; without it one is made of secretKey";
      adminPassword = secretOption "the password of the account `adminUsername`, at least 12 characters";
      smtpPassword = secretOption "the password of the account on the mail server";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to let phones reach `settings.server.port` through the firewall.";
    };
  };

  config = mkIf cfg.enable {
    services.coachiq.settings = lib.mkMerge [
      { persistence.storage_profile = mkDefault cfg.storageProfile; }
      (mkIf (cfg.storageProfile == "sdcard") { persistence.live_megabytes = mkDefault liveMiB; })
      (mkIf (cfg.can.interfaces != { }) {
        can.interfaces = mkDefault (builtins.attrNames cfg.can.interfaces);
        can.bitrates = lib.mapAttrs (_: mkDefault) cfg.can.interfaces;
      })
    ];

    # The journal would write to the card all day.
    services.journald.storage = mkIf (cfg.storageProfile == "sdcard") (mkDefault "volatile");

    systemd.services = lib.mapAttrs (_: overridable) units.services;
    systemd.timers = lib.mapAttrs (
      _: timer: timer // { timerConfig = lib.mapAttrs (_: mkDefault) timer.timerConfig; }
    ) units.timers;
    systemd.mounts = units.mounts;
    systemd.tmpfiles.rules = units.tmpfiles;
    environment.etc = units.etc;
    environment.systemPackages = [ cfg.package ];
    users.users = units.users;
    users.groups = units.groups;
    # The program has no capability to go above this limit: half a second of two saturated CAN buses.
    boot.kernel.sysctl."net.core.rmem_max" = mkDefault 4194304;
    # Nor to listen on a port that is kept for root: settings.server.port may be 80 or 443.
    boot.kernel.sysctl."net.ipv4.ip_unprivileged_port_start" = mkDefault 80;
    networking.firewall.allowedTCPPorts = mkIf cfg.openFirewall [ cfg.settings.server.port ];

    warnings =
      lib.optional (cfg.openFirewall && builtins.elem cfg.settings.server.host loopback)
        "services.coachiq.openFirewall is true, but settings.server.host is \"${cfg.settings.server.host}\": no phone reaches it.";

    assertions =
      let
        isBelow = folder: path: path == folder || lib.hasPrefix "${folder}/" path;
        unreachable = builtins.filter (folder: isBelow folder cfg.dataDir) [
          "/home"
          "/root"
          "/run/user"
          "/tmp"
          "/var/tmp"
          builtins.storeDir
        ];
        secret = name: file: [
          {
            assertion = lib.hasPrefix "/" file;
            message = "services.coachiq.secrets.${name} is \"${file}\", expected an absolute path on the machine.";
          }
          {
            assertion = !(isBelow builtins.storeDir file);
            message = "services.coachiq.secrets.${name} is in the Nix store, which everybody reads: put the secret in a file outside of it.";
          }
        ];
        badNames = builtins.filter (name: builtins.match "[A-Za-z0-9_-]{1,15}" name == null) (
          builtins.attrNames cfg.can.interfaces
        );
      in
      [
        {
          assertion = unreachable == [ ];
          message = "services.coachiq.dataDir is \"${cfg.dataDir}\", but the service does not see ${toString unreachable}: choose a folder such as /var/lib/coachiq or /srv/coachiq.";
        }
        {
          assertion = !(lib.hasSuffix "/" cfg.dataDir) && !(lib.hasInfix "/." cfg.dataDir) && !(lib.hasInfix "//" cfg.dataDir);
          message = "services.coachiq.dataDir is \"${cfg.dataDir}\", expected a path without dots, double slashes, and a slash at its end.";
        }
        {
          assertion = cfg.storageProfile == "custom" -> cfg.dataDir != "/var/lib/coachiq";
          message = "services.coachiq.storageProfile is \"custom\", but dataDir is the default folder: name a folder, or choose \"ssd\".";
        }
        {
          assertion = cfg.storageProfile == "development" -> builtins.elem cfg.settings.server.host loopback;
          message = "services.coachiq.storageProfile is \"development\", which has no accounts, but settings.server.host is \"${cfg.settings.server.host}\": expected 127.0.0.1, or another profile.";
        }
        {
          assertion = cfg.settings.persistence.storage_profile == cfg.storageProfile;
          message = "services.coachiq.settings.persistence.storage_profile is \"${cfg.settings.persistence.storage_profile}\": set services.coachiq.storageProfile, which also makes the mounts and timers of a profile.";
        }
        {
          assertion = !(cfg.settings.persistence ? data_dir);
          message = "services.coachiq.settings.persistence.data_dir is set: set services.coachiq.dataDir, which also makes the folder.";
        }
        {
          assertion = secretsInSettings == [ ];
          message = "services.coachiq.settings holds ${
            lib.concatMapStringsSep ", " (lib.concatStringsSep ".") secretsInSettings
          }, which everybody could read in the Nix store: name a file in services.coachiq.secrets.";
        }
        {
          assertion = !(lib.hasAttrByPath [ "auth" "admin_username" ] cfg.settings);
          message = "services.coachiq.settings.auth.admin_username is set: set services.coachiq.adminUsername, which comes to the service together with the password.";
        }
        {
          assertion = (cfg.adminUsername != null) == (cfg.secrets.adminPassword != null);
          message = "services.coachiq.adminUsername and services.coachiq.secrets.adminPassword make an account together: set both, or neither.";
        }
        {
          assertion = badNames == [ ];
          message = "services.coachiq.can.interfaces names ${toString badNames}, expected names of 1 to 15 letters, digits, _ and -, such as can0.";
        }
      ]
      ++ lib.concatLists (lib.mapAttrsToList secret givenSecrets);
  };
}
