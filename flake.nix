{
  description = "CoachIQ runs a motorhome: RV-C on a phone";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      forEachSystem =
        f:
        lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: f nixpkgs.legacyPackages.${system});
      exampleOf =
        configuration:
        lib.nixosSystem {
          modules = [
            self.nixosModules.default
            configuration
          ];
        };
    in
    {
      packages = forEachSystem (pkgs: rec {
        coachiq = pkgs.callPackage ./nix/package.nix { };
        default = coachiq;
      });

      overlays.default = final: _: { coachiq = final.callPackage ./nix/package.nix { }; };

      nixosModules = rec {
        coachiq = ./nix/module.nix;
        default = coachiq;
      };

      nixosConfigurations = {
        example-ssd = exampleOf ./examples/ssd.nix;
        example-sdcard = exampleOf ./examples/sdcard.nix;
      };

      checks = forEachSystem (pkgs: {
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        machine = pkgs.callPackage ./nix/vm_test.nix { };
      });

      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./nix/dev_shell.nix { };
      });
    };
}
