import { Icon } from "../Icon.tsx";
import { counted } from "../format.ts";

export interface StreamPickerProps {
  /** Names of all streams. */
  names: string[];
  chosen: string[];
  /** The search's text, where an island narrows the list. */
  search?: string;
  onSearch?: (text: string) => void;
  onChoose?: (name: string, on: boolean) => void;
  onClear?: () => void;
}

/** Streams as a list of boxes; none ticked means all. With scripts it can be searched. */
export function StreamPicker({ names, chosen, search = "", onSearch, onChoose, onClear }: StreamPickerProps) {
  const like = search.trim().toLowerCase();
  const found = names.filter((name) => name.includes(like));
  return (
    <fieldset>
      <legend class="mb-1.5 text-list font-medium">Streams</legend>
      <div class="mb-2 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2 text-xs text-muted">
        {onSearch && (
          <label class="input h-8 w-52 gap-2 text-list max-sm:h-11 max-sm:w-full">
            <Icon name="search" size={14} class="text-muted" />
            <span class="sr-only">Search streams</span>
            <input
              type="search"
              value={search}
              placeholder="Search streams"
              autocomplete="off"
              onInput={(event) => onSearch(event.currentTarget.value)}
            />
          </label>
        )}
        <span role="status">
          {chosen.length === 0 ? `None ticked: all ${counted(names.length, "stream")}` : `${chosen.length} ticked`}
          {like !== "" && `, ${found.length} found`}
        </span>
        {onClear && chosen.length > 0 && <button type="button" class="go" onClick={onClear}>Untick all</button>}
      </div>
      <ul class="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-4 gap-y-0.5">
        {names.map((name) => (
          <li key={name} hidden={!found.includes(name)}>
            <label class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
              <input
                class="checkbox checkbox-sm"
                type="checkbox"
                name="stream"
                value={name}
                checked={chosen.includes(name)}
                autocomplete="off"
                onChange={onChoose && ((event) => onChoose(name, event.currentTarget.checked))}
              />
              {name}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
