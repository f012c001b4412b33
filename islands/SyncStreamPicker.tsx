import { useEffect, useState } from "preact/hooks";
import { StreamPicker } from "../components/sync/StreamPicker.tsx";

/** The list of streams with a search over it, and how many are ticked. */
export default function SyncStreamPicker({ names, chosen }: { names: string[]; chosen: string[] }) {
  const [live, setLive] = useState(false);
  const [search, setSearch] = useState("");
  const [ticked, setTicked] = useState(chosen);
  useEffect(() => setLive(true), []);
  return (
    <StreamPicker
      names={names}
      chosen={ticked}
      search={search}
      onSearch={live ? setSearch : undefined}
      onChoose={(name, on) => setTicked((now) => on ? [...now, name] : now.filter((one) => one !== name))}
      onClear={live ? () => setTicked([]) : undefined}
    />
  );
}
