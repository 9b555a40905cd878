import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../pieces/icon.tsx";

/** Discord's limit for everybody without a subscription is 10 MB; the page's own requests are smaller. */
const LARGEST_BYTES = 4_000_000;

export interface ChosenFile {
  readonly name: string;
  readonly contentType: string;
  readonly base64: string;
}

interface FileButtonProps {
  readonly onFiles: (files: readonly ChosenFile[]) => void;
  readonly onRefused: (reason: string) => void;
}

export function FileButton({ onFiles, onRefused }: FileButtonProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const take = async () => {
    const chosen = [...(input.current?.files ?? [])];
    const total = chosen.reduce((sum, { size }) => sum + size, 0);
    if (total > LARGEST_BYTES) onRefused("The sandbox takes files of up to 4 MB together.");
    else onFiles(await Promise.all(chosen.map(read)));
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <button type="button" class="attach" aria-label="Attach files" onClick={() => input.current?.click()}>
        <Icon name="attach" />
      </button>
      <input ref={input} type="file" multiple hidden aria-label="Files" onChange={() => void take()} />
    </>
  );
}

interface FileListProps {
  readonly files: readonly ChosenFile[];
  readonly onChange: (files: readonly ChosenFile[]) => void;
}

export function FileList({ files, onChange }: FileListProps): JSX.Element | null {
  if (files.length === 0) return null;
  return (
    <ul class="chosen-files">
      {files.map((file) => (
        <li key={file.name}>
          <Icon name="file" /> {file.name}{" "}
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${file.name}`}
            onClick={() => onChange(files.filter((other) => other !== file))}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function read(file: File): Promise<ChosenFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const [, base64 = ""] = String(reader.result).split(",");
      resolve({ name: file.name, contentType: file.type || "application/octet-stream", base64 });
    };
    reader.onerror = () => reject(new Error("the file could not be read", { cause: reader.error }));
    reader.readAsDataURL(file);
  });
}
