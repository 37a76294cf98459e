# A folder of its own, and values of the module that are set otherwise.
{
  services.coachiq = {
    enable = true;
    storageProfile = "custom";
    dataDir = "/srv/coachiq";
    can.interfaces.can0 = 250000;
    settings = {
      server.host = "192.168.8.1";
      # Listened to, but brought up by somebody else.
      can.interfaces = [
        "can0"
        "can7"
      ];
    };
  };
}
