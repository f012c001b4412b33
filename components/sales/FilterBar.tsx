import type { ComponentChildren } from "preact";
import type { SalesFilters, SalesReport } from "../../lib/reports/sales_types.ts";
import { salesQuery } from "../../lib/reports/sales_filters.ts";
import { dayRange } from "../format.ts";
import { Icon, type IconName } from "../Icon.tsx";
import { ReportLink } from "./ReportLink.tsx";
import { presetName, presetsOf } from "./presets.ts";
import { COMPARE_WORDS, salesHref } from "./words.ts";

export interface FilterBarProps {
  /** The filters as the URL gave them: an unnamed currency stays unnamed in links. */
  asked: SalesFilters;
  report: Pick<SalesReport, "choices" | "currency" | "today">;
}

/** The filters as menus of links, and forms for what is typed or picked from a list. Nothing here needs a script. */
export function FilterBar({ asked, report: { choices, currency, today } }: FilterBarProps) {
  const named = presetName(asked.from, asked.to, today);
  const channel = choices.channels.find((choice) => choice.id === asked.channel);
  const subsidiary = choices.subsidiaries.find((choice) => choice.id === asked.subsidiary);
  const set = [asked.channel, asked.subsidiary].filter((value) => value !== null).length;
  return (
    <search
      class="sticky top-14 z-10 lg:top-0 -mx-4 mb-4 flex flex-wrap items-center gap-2 border-b border-line bg-base-200 px-4 py-2 sm:-mx-8 sm:px-8 print:hidden"
      aria-label="Filters"
    >
      <Menu icon="calendar" value={dayRange(asked.from, asked.to)} hint={named ?? undefined} name="Period" wide>
        <ul class="grid grid-cols-2 gap-px">
          {presetsOf(today).map((preset) => (
            <Choice
              key={preset.name}
              href={salesHref(asked, { from: preset.from, to: preset.to })}
              on={preset.name === named}
            >
              {preset.name}
            </Choice>
          ))}
        </ul>
        <form
          class="mt-2 flex flex-wrap items-end gap-2 border-t border-line px-2 pt-3 pb-1"
          action="/sales"
          aria-label="Own period"
        >
          <Kept asked={asked} but={["from", "to", "grain", "page"]} />
          <DateField label="From" name="from" value={asked.from} />
          <DateField label="To, included" name="to" value={asked.to} />
          <button class="btn btn-primary" type="submit">Show</button>
        </form>
      </Menu>
      <Menu label="Compare" value={COMPARE_WORDS[asked.compare]} name="Comparison">
        <ul>
          {(["previous_year", "previous_period", "none"] as const).map((compare) => (
            <Choice key={compare} href={salesHref(asked, { compare })} on={compare === asked.compare}>
              {COMPARE_WORDS[compare]}
            </Choice>
          ))}
        </ul>
      </Menu>
      {asked.channel !== null && (
        <Chip
          label="Channel"
          value={channel?.name ?? `${asked.channel}`}
          without={salesHref(asked, { channel: null })}
        />
      )}
      {asked.subsidiary !== null && (
        <Chip
          label="Subsidiary"
          value={subsidiary?.name ?? `${asked.subsidiary}`}
          without={salesHref(asked, { subsidiary: null })}
        />
      )}
      {currency && choices.currencies.length > 1 && (
        <Menu label="Money in" value={currency.code} name="Currency">
          <ul>
            {choices.currencies.map((code) => (
              <Choice key={code} href={salesHref(asked, { currency: code })} on={code === currency.code}>{code}</Choice>
            ))}
          </ul>
        </Menu>
      )}
      <Menu icon="filter" value="Filter" hint={set > 0 ? `${set} set` : undefined} name="More filters" dashed>
        <form class="flex flex-col gap-3 p-2" action="/sales" aria-label="More filters">
          <Kept asked={asked} but={["channel", "subsidiary", "page"]} />
          <SelectField label="Channel" name="channel" value={asked.channel} options={choices.channels} />
          <SelectField label="Subsidiary" name="subsidiary" value={asked.subsidiary} options={choices.subsidiaries} />
          <button class="btn btn-primary self-start" type="submit">Apply</button>
        </form>
      </Menu>
    </search>
  );
}

/** Filters that a form keeps as they are. */
export function Kept({ asked, but }: { asked: SalesFilters; but: string[] }) {
  return (
    <>
      {[...new URLSearchParams(salesQuery(asked))].filter(([name]) => !but.includes(name)).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

interface MenuProps {
  icon?: IconName;
  label?: string;
  value: string;
  hint?: string;
  /** What the menu decides, for screen readers. */
  name: string;
  wide?: boolean;
  dashed?: boolean;
  children: ComponentChildren;
}

function Menu({ icon, label, value, hint, name, wide, dashed, children }: MenuProps) {
  return (
    <details class="group relative max-sm:static" name="filter" data-menu>
      <summary class={`btn max-sm:h-11 ${dashed ? "border-dashed" : ""}`}>
        <span class="sr-only">{name}:</span>
        {icon && <Icon name={icon} size={14} class="text-muted" />}
        {label && <span class="font-normal text-muted max-sm:hidden">{label}</span>}
        <span class="num">{value}</span>
        {hint && <span class="font-normal text-muted max-sm:hidden">{hint}</span>}
        {!dashed && <Icon name="chevron-down" size={14} class="text-muted group-open:rotate-180" />}
      </summary>
      <div
        class={`absolute top-full left-0 z-30 mt-1.5 rounded-box border border-line bg-base-100 p-1.5 text-list shadow-lg max-sm:inset-x-4 ${
          wide ? "sm:w-[25rem]" : "sm:w-60"
        }`}
      >
        {children}
      </div>
    </details>
  );
}

function Choice({ href, on, children }: { href: string; on: boolean; children: ComponentChildren }) {
  return (
    <li>
      <a
        class={`flex min-h-8 items-center gap-2 rounded-field px-2.5 py-1.5 first-letter:uppercase hover:bg-hover max-sm:min-h-11 ${
          on ? "font-semibold" : ""
        }`}
        href={href}
        aria-current={on ? "true" : undefined}
      >
        <span class="flex-1 first-letter:uppercase">{children}</span>
        {on && <Icon name="check" size={14} class="text-primary" />}
      </a>
    </li>
  );
}

function Chip({ label, value, without }: { label: string; value: string; without: string }) {
  return (
    <ReportLink
      class="btn max-sm:h-11"
      href={without}
      title={`Remove ${label} ${value}`}
    >
      <span class="sr-only">Remove the filter</span>
      <span class="font-normal text-muted">{label}</span>
      <span class="max-w-40 truncate">{value}</span>
      <Icon name="cross" size={14} class="text-muted" />
    </ReportLink>
  );
}

function DateField({ label, name, value }: { label: string; name: string; value: string }) {
  return (
    <label class="flex flex-1 flex-col gap-1 text-xs text-muted">
      {label}
      <input
        class="input num w-full min-w-34 text-base-content max-sm:h-11"
        type="date"
        name={name}
        value={value}
        required
      />
    </label>
  );
}

function SelectField({ label, name, value, options }: {
  label: string;
  name: string;
  value: SalesFilters["channel"];
  options: { id: number | "none"; name: string }[];
}) {
  return (
    <label class="flex flex-col gap-1 text-xs text-muted">
      {label}
      <select class="select w-full text-base-content max-sm:h-11" name={name}>
        <option value="" selected={value === null}>All</option>
        {options.map((option) => (
          <option key={option.id} value={option.id} selected={option.id === value}>{option.name}</option>
        ))}
      </select>
    </label>
  );
}
