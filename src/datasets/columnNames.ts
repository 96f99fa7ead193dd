/** What the column of classes is usually called, the likeliest first. */
export const labelColumns: readonly string[] = ['label', 'category', 'class', 'class_name', 'target', 'classID'];

/** What the column is called that names the longer recording a clip was cut from: ESC-50 says `src_file`. */
export const sourceColumns: readonly string[] = ['source', 'src_file'];
