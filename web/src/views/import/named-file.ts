/** Files with the paths that they had in what was dropped: evidence names its source by them. */
export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

export function formOf(files: readonly NamedFile[]): FormData {
  const form = new FormData();
  for (const { path, file } of files) form.append("file", file, path);
  return form;
}

export function chosenFiles(list: FileList | null): NamedFile[] {
  return [...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath }));
}

/** Everything in what was dropped, folders walked. Read at once: the browser forgets it after the event. */
export async function droppedFiles(items: DataTransferItemList): Promise<NamedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found = await Promise.all(entries.map((entry) => filesBelow(entry)));
  return found.flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<NamedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: NamedFile[] = [];
  for (let entries = await readSome(reader); entries.length > 0; entries = await readSome(reader))
    for (const each of entries) found.push(...(await filesBelow(each)));
  return found;
}

/** A browser gives a folder's entries a hundred at a time, and an empty list at the end. */
function readSome(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
