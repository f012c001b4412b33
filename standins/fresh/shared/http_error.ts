const CLIENT_ERRORS = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  418: "I'm a teapot",
  421: "Misdirected Request",
  422: "Unprocessable Entity",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
} as const;

const SERVER_ERRORS = {
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  510: "Not Extended",
  511: "Network Authentication Required",
} as const;

/** The 4xx and 5xx codes an error may carry; a plain `number` does not fit on purpose. */
export type ErrorStatus = keyof typeof CLIENT_ERRORS | keyof typeof SERVER_ERRORS;

const TEXTS: Record<number, string> = { ...CLIENT_ERRORS, ...SERVER_ERRORS };

/**
 * An answer that is an error of HTTP: thrown anywhere below a handler, it becomes a response with its status, by way of
 * the nearest error page.
 *
 * @param status one of the known 4xx and 5xx codes
 * @param message what the visitor may read; without one, the standard text of the status
 */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  status: ErrorStatus;

  constructor(status: ErrorStatus, message?: string, options?: ErrorOptions) {
    super(message || TEXTS[status], options);
    this.status = status;
  }
}
