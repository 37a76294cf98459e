# What the service is made of, from plain values to NixOS' form of units, mounts, timers and tmpfiles. Builtins only, so
# that it can be evaluated without nixpkgs. The texts are those of lib/install, and a test compares the two.
{
  # The executable file.
  executable,
  # A POSIX shell, and `ip` of iproute2.
  shell,
  ip,
  # Folder with system.toml in it. In the store: 0555, and the file 0444.
  settingsFolder,
  dataDir,
  storageProfile,
  # Names of the interfaces that are brought up.
  canInterfaces,
  # Size of the file system in memory of the profile "sdcard", MiB.
  liveMiB,
  # Name of a credential → { variable, file }.
  credentials,
  # More variables for the server.
  environment,
}:
let
  user = "coachiq";
  defaultDataDir = "/var/lib/coachiq";
  cacheFolder = "/var/cache/coachiq";
  liveFolder = "${dataDir}/live";
  inMemory = storageProfile == "sdcard";

  # Most memory without what is kept in memory on purpose, MiB.
  serverMemoryMiB = 512;
  commandMemoryMiB = 384;

  optional = condition: value: if condition then value else { };
  optionals = condition: values: if condition then values else [ ];
  attrsOf = names: f: builtins.listToAttrs (map f names);

  # The restrictions that every service of this program runs under; each loosened one says why.
  hardening =
    {
      capabilities ? [ ],
      addressFamilies,
      memoryMiB,
    }:
    {
      NoNewPrivileges = true;
      CapabilityBoundingSet = builtins.concatStringsSep " " capabilities;
      AmbientCapabilities = builtins.concatStringsSep " " capabilities;
      RestrictAddressFamilies = builtins.concatStringsSep " " addressFamilies;
      ProtectSystem = "strict";
      ProtectHome = true;
      PrivateTmp = true;
      PrivateDevices = true;
      ProtectKernelTunables = true;
      ProtectKernelModules = true;
      ProtectKernelLogs = true;
      ProtectControlGroups = true;
      ProtectClock = true;
      ProtectHostname = true;
      ProtectProc = "invisible";
      # Load, interfaces and the limit of the receive buffer are read in /proc.
      ProcSubset = "all";
      SystemCallFilter = [
        "@system-service"
        "~@privileged @resources"
      ];
      SystemCallErrorNumber = "EPERM";
      SystemCallArchitectures = "native";
      # V8, the runtime's engine, writes machine code and runs it: with true the program would not start.
      MemoryDenyWriteExecute = false;
      LockPersonality = true;
      RestrictNamespaces = true;
      RestrictRealtime = true;
      RestrictSUIDSGID = true;
      RemoveIPC = true;
      KeyringMode = "private";
      UMask = "0077";
      # A core dump would hold secrets.
      LimitCORE = 0;
      LimitNOFILE = 4096;
      TasksMax = 256;
      MemoryMax = "${toString memoryMiB}M";
    };

  # Who runs it, and where it may write.
  serviceUser = {
    User = user;
    Group = user;
    CacheDirectory = "coachiq";
    CacheDirectoryMode = "0700";
  }
  // (
    if dataDir == defaultDataDir then
      {
        StateDirectory = "coachiq";
        StateDirectoryMode = "0750";
      }
    else
      { ReadWritePaths = dataDir; }
  );

  # Where the data is; the settings are found from there.
  inDataDir = if dataDir == defaultDataDir then "" else " --data-dir ${dataDir}";

  canUnitName = name: "coachiq-can@${name}";
  # As systemd-escape writes a name: nothing else of an interface's name needs it.
  deviceOf =
    name: "sys-subsystem-net-devices-${builtins.replaceStrings [ "-" ] [ "\\x2d" ] name}.device";

  serverVariables =
    environment
    // attrsOf (builtins.attrNames credentials) (name: {
      name = credentials.${name}.variable;
      value = "%d/${name}";
    });

  # However the server ended: what one that was killed has left in memory goes to the card as well. Credentials are gone
  # by then, and a variable that names one would be an error.
  stopHook =
    if serverVariables == { } then
      "-${executable} sync${inDataDir}"
    else
      "-${shell} -c 'unset ${builtins.concatStringsSep " " (builtins.attrNames serverVariables)}; exec ${executable} sync${inDataDir}'";

  server = {
    description = "CoachIQ";
    wantedBy = [ "multi-user.target" ];
    after = [ "network.target" ];
    # It runs without its interfaces as well, and takes them when they come.
    wants = map (name: "${canUnitName name}.service") canInterfaces;
    unitConfig.RequiresMountsFor = dataDir + (if inMemory then " ${liveFolder}" else "");
    # It tries for ever: what was missing may come. Versions are gone back to by generations of the system.
    startLimitIntervalSec = 0;
    restartTriggers = [ settingsFolder ];
    environment = serverVariables;
    serviceConfig = {
      Type = "notify";
      ExecStart = "${executable} serve${inDataDir}";
      # The first start on a slow card takes its time.
      TimeoutStartSec = 300;
      # At a stop the databases of a card are copied out to it.
      TimeoutStopSec = if inMemory then 120 else 30;
      # The sign of life comes every 45 s; a database that is locked for 30 s is no reason to end it.
      WatchdogSec = 90;
      Restart = "always";
      RestartSec = 3;
      RestartSteps = 5;
      RestartMaxDelaySec = 60;
    }
    // optional (credentials != { }) {
      LoadCredential = map (name: "${name}:${credentials.${name}.file}") (builtins.attrNames credentials);
    }
    // optional inMemory { ExecStopPost = stopHook; }
    // serviceUser
    // hardening {
      # A raw CAN socket on an interface that is up needs no capability.
      addressFamilies = [
        "AF_UNIX"
        "AF_INET"
        "AF_INET6"
        "AF_CAN"
      ];
      memoryMiB = serverMemoryMiB + (if inMemory then liveMiB else 0);
    };
  };

  # Brings an interface up, at the start and whenever its adapter is plugged in. What is up already stays as it is.
  canService = name: {
    description = "CAN interface ${name} for CoachIQ";
    wantedBy = [ (deviceOf name) ];
    unitConfig = {
      ConditionPathExists = "/sys/class/net/${name}";
      RequiresMountsFor = dataDir;
    };
    restartTriggers = [ settingsFolder ];
    serviceConfig = {
      Type = "oneshot";
      # The program says the steps, `ip` takes them; no steps are no change.
      ExecStart = "${shell} -c 'steps=$$(${executable} can link \"$$1\"${inDataDir}) && printf \"%%s\\n\" \"$$steps\" | ${ip} -batch -' sh ${name}";
      TimeoutStartSec = 300;
    }
    // serviceUser
    // hardening {
      # To set up an interface.
      capabilities = [ "CAP_NET_ADMIN" ];
      addressFamilies = [
        "AF_UNIX"
        "AF_NETLINK"
      ];
      memoryMiB = commandMemoryMiB;
    };
  };

  sync = {
    description = "Copy of CoachIQ's databases to the card";
    unitConfig.RequiresMountsFor = "${dataDir} ${liveFolder}";
    serviceConfig = {
      Type = "oneshot";
      ExecStart = "${executable} sync${inDataDir}";
      # A slow card takes its time.
      TimeoutStartSec = 600;
    }
    // serviceUser
    // hardening {
      addressFamilies = [ "AF_UNIX" ];
      memoryMiB = commandMemoryMiB + liveMiB;
    };
  };
in
{
  services = {
    coachiq = server;
  }
  // attrsOf canInterfaces (name: {
    name = canUnitName name;
    value = canService name;
  })
  // optional inMemory { coachiq-sync = sync; };

  # The server copies out by itself; this holds when it does not run, or hangs.
  timers = optional inMemory {
    coachiq-sync = {
      description = "Copies of CoachIQ's databases to the card";
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnBootSec = "1h";
        OnUnitActiveSec = "1h";
        AccuracySec = "5min";
        Unit = "coachiq-sync.service";
      };
    };
  };

  mounts = optionals inMemory [
    {
      description = "Live databases of CoachIQ, in memory";
      # The options name the user.
      after = [ "systemd-sysusers.service" ];
      unitConfig.RequiresMountsFor = dataDir;
      what = "tmpfs";
      where = liveFolder;
      type = "tmpfs";
      options = "size=${toString liveMiB}M,mode=0700,uid=${user},gid=${user},nosuid,nodev,noexec";
    }
  ];

  # The program finds its settings in its data folder. What was there before the module gives way to it: the file is the
  # store's, and so 0444 in a folder of 0555.
  tmpfiles = [
    "d ${dataDir} 0750 ${user} ${user} -"
    "L+ ${dataDir}/config - - - - /etc/coachiq"
    "d ${cacheFolder} 0700 ${user} ${user} -"
  ];

  etc."coachiq".source = settingsFolder;

  users.${user} = {
    isSystemUser = true;
    group = user;
    home = dataDir;
    description = "CoachIQ";
  };
  groups.${user} = { };
}
