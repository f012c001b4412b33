import { Notice } from "../Notice.tsx";

/** The summary's id: fields that are wrong together are described by it. */
export const FAULTS_ID = "faults";

/** What is wrong, by the field it belongs to; without a field it is about all of them. */
export interface Fault {
  field: string | null;
  message: string;
}

/** The faults of a form above its fields, each with a link to its field. Read out when the page comes back with them. */
export function FaultSummary({ title, faults }: { title: string; faults: Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <div class="mt-5">
      <Notice tone="wrong" title={title} role="alert" id={FAULTS_ID}>
        <ul class="mt-1 space-y-1">
          {faults.map(({ field, message }) => (
            <li key={message}>
              {field === null ? message : <a class="underline underline-offset-3" href={`#${field}`}>{message}</a>}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
