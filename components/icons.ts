// One module an icon: the package as a whole is 1,800 of them, which every start and every bundle would read.
import arrowDown from "lucide/arrow-down.mjs";
import arrowUp from "lucide/arrow-up.mjs";
import calendar from "lucide/calendar.mjs";
import chartLine from "lucide/chart-line.mjs";
import check from "lucide/check.mjs";
import chevronDown from "lucide/chevron-down.mjs";
import chevronRight from "lucide/chevron-right.mjs";
import circleCheck from "lucide/circle-check.mjs";
import circleDashed from "lucide/circle-dashed.mjs";
import clock from "lucide/clock.mjs";
import copy from "lucide/copy.mjs";
import download from "lucide/download.mjs";
import externalLink from "lucide/external-link.mjs";
import eye from "lucide/eye.mjs";
import house from "lucide/house.mjs";
import inbox from "lucide/inbox.mjs";
import info from "lucide/info.mjs";
import keyRound from "lucide/key-round.mjs";
import link2 from "lucide/link-2.mjs";
import loaderCircle from "lucide/loader-circle.mjs";
import lock from "lucide/lock.mjs";
import logOut from "lucide/log-out.mjs";
import menu from "lucide/menu.mjs";
import monitor from "lucide/monitor.mjs";
import moon from "lucide/moon.mjs";
import octagonX from "lucide/octagon-x.mjs";
import panelLeft from "lucide/panel-left.mjs";
import pause from "lucide/pause.mjs";
import play from "lucide/play.mjs";
import plug from "lucide/plug.mjs";
import plus from "lucide/plus.mjs";
import refreshCw from "lucide/refresh-cw.mjs";
import rotateCcw from "lucide/rotate-ccw.mjs";
import scrollText from "lucide/scroll-text.mjs";
import search from "lucide/search.mjs";
import shield from "lucide/shield.mjs";
import slidersHorizontal from "lucide/sliders-horizontal.mjs";
import sun from "lucide/sun.mjs";
import table2 from "lucide/table-2.mjs";
import triangleAlert from "lucide/triangle-alert.mjs";
import unplug from "lucide/unplug.mjs";
import users from "lucide/users.mjs";
import x from "lucide/x.mjs";

/** Elements of SVG with their attributes: the package has no types for single icons. */
export type Drawing = readonly (readonly [element: string, attributes: Record<string, string>])[];

/** What is drawn, by what it means here: on a grid of 24 by 24. */
export const ICONS = {
  home: house,
  sync: refreshCw,
  sales: chartLine,
  panel: panelLeft,
  menu,
  moon,
  sun,
  monitor,
  "sign-out": logOut,
  check,
  "circle-check": circleCheck,
  ring: loaderCircle,
  "circle-dashed": circleDashed,
  clock,
  bars: pause,
  info,
  "return": rotateCcw,
  triangle: triangleAlert,
  octagon: octagonX,
  up: arrowUp,
  down: arrowDown,
  "chevron-right": chevronRight,
  "chevron-down": chevronDown,
  cross: x,
  plus,
  play,
  plug,
  unplug,
  inbox,
  table: table2,
  search,
  calendar,
  filter: slidersHorizontal,
  download,
  link: link2,
  external: externalLink,
  lock,
  users,
  shield,
  key: keyRound,
  scroll: scrollText,
  eye,
  copy,
} as const;
