# Boots a machine of each profile with the module, vcan and a simulated coach, and switches a light: part of
# `nix flake check`. The power goes once, and what was known is known again.
{
  testers,
  can-utils,
  iproute2,
  jq,
}:
let
  machineOf = storageProfile: {
    imports = [ ./module.nix ];

    services.coachiq = {
      enable = true;
      inherit storageProfile;
      can.interfaces.vcan0 = 250000;
      settings = {
        # Without accounts it listens on the machine itself alone.
        server.host = "127.0.0.1";
        features.authentication.enabled = false;
        coach.model = "simulated_coach";
      };
    };

    boot.kernelModules = [
      "vcan"
      "can-raw"
    ];
    environment.systemPackages = [
      can-utils
      jq
    ];

    systemd.services.vcan0 = {
      wantedBy = [ "multi-user.target" ];
      before = [ "coachiq.service" ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
      };
      # The module brings it up.
      script = "${iproute2}/bin/ip link add vcan0 type vcan";
    };

    # The coach that answers, as a program of its own.
    systemd.services.coach = {
      wantedBy = [ "multi-user.target" ];
      after = [ "vcan0.service" ];
      serviceConfig = {
        ExecStart = "/run/current-system/sw/bin/coachiq simulate --can vcan0 --model simulated_coach";
        Restart = "on-failure";
      };
    };
  };
in
testers.runNixOSTest {
  name = "coachiq";

  nodes = {
    ssd = machineOf "ssd";
    sdcard = machineOf "sdcard";
  };

  testScript = ''
    import json

    site = "http://127.0.0.1:8080"


    def lights(machine):
        return json.loads(machine.succeed(f"curl -fsS '{site}/api/entities?kind=light'"))


    def is_on(light):
        return light["state"].get("on", {}).get("value")


    def wait_until_live(machine):
        machine.wait_for_unit("coachiq.service")
        machine.wait_until_succeeds(
            f"curl -fsS '{site}/api/entities?kind=light' | jq -e 'any(.[]; .freshness == \"live\")'"
        )


    start_all()
    for machine in [ssd, sdcard]:
        with subtest("the settings are read-only"):
            wait_until_live(machine)
            modes = machine.succeed("stat -L -c %a /var/lib/coachiq/config /var/lib/coachiq/config/system.toml")
            assert modes.split() == ["555", "444"], modes

        with subtest("the service is hardened"):
            machine.succeed("systemd-analyze security --threshold=30 coachiq.service")

        with subtest("a tap is seen on the bus and confirmed by the coach"):
            machine.execute("timeout 60 candump -L vcan0 > /tmp/bus.log 2>&1 &")
            light = next(one for one in lights(machine) if one["freshness"] == "live" and is_on(one) is not None)
            command = json.dumps({"command": "turnOff" if is_on(light) else "turnOn", "parameters": {}})
            answer = machine.succeed(
                f"curl -fsS -H 'Content-Type: application/json' -d '{command}' "
                f"{site}/api/entities/{light['id']}/commands"
            )
            assert json.loads(answer)["outcome"] == "confirmed", answer
            machine.wait_until_succeeds("grep -q 'FEDB' /tmp/bus.log")

        with subtest("after a stop everything is on the disk, and after a power cut it is known again"):
            machine.succeed("systemctl stop coachiq.service")
            machine.succeed("test -s /var/lib/coachiq/user/coachiq.db")
            machine.succeed("systemctl start coachiq.service")
            wait_until_live(machine)
            known = {one["id"] for one in lights(machine)}
            machine.succeed("sync")
            machine.crash()
            machine.start()
            wait_until_live(machine)
            assert {one["id"] for one in lights(machine)} == known

    with subtest("the live databases of a card are in memory"):
        sdcard.succeed("findmnt --types tmpfs /var/lib/coachiq/live")
        sdcard.succeed("test -s /var/lib/coachiq/live/coachiq.db")
        sdcard.succeed("systemctl is-active coachiq-sync.timer")
        sdcard.succeed("systemctl start coachiq-sync.service")
  '';
}
