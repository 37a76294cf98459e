# All that the module leaves to itself, and a bus.
{
  services.coachiq = {
    enable = true;
    can.interfaces.can0 = 250000;
  };
}
