/**
 * A spot in a text file. Lines and columns are 1-based, columns in UTF-16 units; `file` is relative to the
 * manifest's folder (or `--root`) and uses "/".
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly endLine?: number;
}

/** A place with what there is to say about it. `place` is null where the thing lives in no file (a cloud resource). */
export interface RelatedPlace {
  readonly place: Place | null;
  readonly message: string;
}
