/** A file of a package, or a link. Folders come by themselves: root's, 0755. */
export type PackageFile =
  & {
    /** Where it will be, absolute. */
    readonly path: string;
  }
  & (
    | {
      readonly data: Uint8Array;
      /** Permissions, [0, 0o777]. */
      readonly mode: number;
    }
    | {
      /** What the link says; relative to its folder where both are the package's. */
      readonly link: string;
    }
  );

/** Everything that a Debian package is made of. */
export interface DebianPackage {
  /** Fields of the control file in their order, without `Installed-Size`. */
  readonly control: Readonly<Record<string, string>>;
  readonly files: readonly PackageFile[];
  /** Files that are the administrator's once they are there. */
  readonly conffiles: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}

/** A file from a text. */
export function textFile(path: string, options: { readonly text: string; readonly mode?: number }): PackageFile {
  return { path, data: new TextEncoder().encode(options.text), mode: options.mode ?? 0o644 };
}
