# A card, two buses, every secret, and an open door.
{
  services.coachiq = {
    enable = true;
    storageProfile = "sdcard";
    openFirewall = true;
    can.interfaces = {
      can0 = 250000;
      can-chassis = 500000;
    };
    adminUsername = "owner";
    secrets = {
      secretKey = "/run/secrets/coachiq-secret-key";
      jwtSecret = "/run/secrets/coachiq-jwt-secret";
      adminPassword = "/run/secrets/coachiq-admin-password";
      smtpPassword = "/run/secrets/coachiq-smtp-password";
    };
    settings = {
      server.port = 8081;
      coach.model = "entegra_aspire_44r_2021";
      persistence.live_megabytes = 160;
    };
  };
}
