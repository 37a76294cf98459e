# A Raspberry Pi that starts from a USB SSD and listens to the coach and to its chassis. Change the names and numbers to
# those of your coach.
{
  # The machine.
  nixpkgs.hostPlatform = "aarch64-linux";
  boot.loader.grub.enable = false;
  boot.loader.generic-extlinux-compatible.enable = true;
  # A disk on USB is needed before the root is mounted.
  boot.initrd.availableKernelModules = [
    "usb_storage"
    "uas"
    "xhci_pci"
  ];
  fileSystems."/" = {
    device = "/dev/disk/by-label/NIXOS";
    fsType = "ext4";
    options = [ "noatime" ];
  };
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
    storageProfile = "ssd";
    openFirewall = true;

    # RV-C on the first adapter, the chassis on the second.
    can.interfaces = {
      can0 = 250000;
      can1 = 500000;
    };

    settings = {
      coach.model = "entegra_aspire_44r_2021";
      features.notifications.enabled = true;
      features.notifications.smtp = {
        host = "mail.example.net";
        username = "coach@example.net";
      };
    };

    # A file that only root reads, put there by hand or by a program such as sops-nix or agenix.
    secrets.smtpPassword = "/var/lib/secrets/coachiq-mail";
  };
}
