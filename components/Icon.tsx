import * as lucide from "lucide-preact";

const ICONS = {
  home: lucide.House,
  sync: lucide.RefreshCw,
  sales: lucide.ChartLine,
  panel: lucide.PanelLeft,
  menu: lucide.Menu,
  moon: lucide.Moon,
  sun: lucide.Sun,
  monitor: lucide.Monitor,
  "sign-out": lucide.LogOut,
  check: lucide.Check,
  "circle-check": lucide.CircleCheck,
  ring: lucide.LoaderCircle,
  "circle-dashed": lucide.CircleDashed,
  clock: lucide.Clock,
  bars: lucide.Pause,
  info: lucide.Info,
  "return": lucide.RotateCcw,
  triangle: lucide.TriangleAlert,
  octagon: lucide.OctagonX,
  up: lucide.ArrowUp,
  down: lucide.ArrowDown,
  "chevron-right": lucide.ChevronRight,
  "chevron-down": lucide.ChevronDown,
  cross: lucide.X,
  plus: lucide.Plus,
  play: lucide.Play,
  plug: lucide.Plug,
  unplug: lucide.Unplug,
  inbox: lucide.Inbox,
  table: lucide.Table2,
  search: lucide.Search,
  calendar: lucide.Calendar,
  filter: lucide.SlidersHorizontal,
  download: lucide.Download,
  link: lucide.Link2,
  external: lucide.ExternalLink,
  lock: lucide.Lock,
} as const;

/** The icons that Tidemark uses, by what they mean here. */
export type IconName = keyof typeof ICONS;

export interface IconProps {
  name: IconName;
  /** Pixels: 16 beside text, 14 in controls and badges. */
  size?: number;
  /** What it says where no word stands beside it. Without it the icon is decoration and hidden from screen readers. */
  label?: string;
  class?: string;
}

/** One lucide icon, in the colour of the text around it. */
export function Icon({ name, size = 16, label, class: more }: IconProps) {
  const Drawn = ICONS[name];
  const named = label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": "true" as const };
  return <Drawn size={size} class={`shrink-0 ${more ?? ""}`} {...named} />;
}
