# A Raspberry Pi with nothing but an SD card: the databases are in memory and what changed is copied to the card now and
# then. Change the names and numbers to those of your coach.
{
  # The machine.
  nixpkgs.hostPlatform = "aarch64-linux";
  boot.loader.grub.enable = false;
  boot.loader.generic-extlinux-compatible.enable = true;
  fileSystems."/" = {
    device = "/dev/disk/by-label/NIXOS_SD";
    fsType = "ext4";
    # Reading a file writes nothing.
    options = [ "noatime" ];
  };
  # What others would write all day stays in memory as well; the module does the same with the journal.
  boot.tmp.useTmpfs = true;
  system.stateVersion = "26.05";

  # Who may come in: put your key here.
  networking.hostName = "coachiq";
  services.openssh.enable = true;
  users.users.owner = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
    openssh.authorizedKeys.keys = [ ];
  };

  # Phones find http://coachiq.local:8080.
  services.avahi = {
    enable = true;
    publish.enable = true;
    publish.addresses = true;
  };

  services.coachiq = {
    enable = true;
    storageProfile = "sdcard";
    openFirewall = true;
    can.interfaces.can0 = 250000;
    settings = {
      coach.model = "generic_rv";
      # A power supply with a battery of its own that writes this file when the power goes.
      persistence.power_fail_file = "/run/ups/power-fails";
    };
  };
}
