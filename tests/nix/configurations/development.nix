# For developers: this machine alone, no accounts, a simulated coach.
{
  services.coachiq = {
    enable = true;
    storageProfile = "development";
  };
}
