# As `coachiq install --profile sdcard` makes it.
{
  services.coachiq = {
    enable = true;
    storageProfile = "sdcard";
    can.interfaces.can0 = 250000;
  };
}
