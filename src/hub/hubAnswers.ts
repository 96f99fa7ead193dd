import { type Explain, explainBusyServer, hostOf } from './checkedFetch.js';

/** What a message about a refused request must name. */
export interface HubContext {
  readonly id: string;
  readonly type: 'model' | 'dataset';
  readonly revision: string;
  readonly hubUrl: string;
  readonly hasToken: boolean;
}

/** Explains the Hub's refusals. The Hub tells their kinds apart in the header `X-Error-Code`. */
export function explainHubAnswer({ id, type, revision, hubUrl, hasToken }: HubContext): Explain {
  const kind = type === 'model' ? 'model' : 'data set';
  const page = `${hubUrl}/${type === 'dataset' ? 'datasets/' : ''}${id}`;
  const missing = `there is neither a directory ${id} here nor a ${kind} "${id}" at ${hubUrl}`;
  const tokenAdvice = hasToken
    ? 'check that the token is valid and that its account may read it'
    : 'pass the option token or set HF_TOKEN';

  return (status, headers) => {
    const code = headers.get('X-Error-Code');
    const busy = explainBusyServer(hostOf(hubUrl), status, headers);
    if (busy) return busy;
    if (code === 'GatedRepo' || status === 403)
      return `The ${kind} "${id}" is restricted (${status}): accept its conditions at ${page}, then ${tokenAdvice}.`;
    if (status === 401)
      return `The Hub does not show "${id}" (401): ${missing}, or it is private. Check the name; if it is private, ${tokenAdvice}.`;
    if (code === 'RevisionNotFound')
      return `The ${kind} "${id}" has no revision "${revision}" (404): see its branches and tags at ${page}.`;
    if (code === 'RepoNotFound' || (status === 404 && code === null))
      return `Not found (404): ${missing}. Check the name, the kind (model or data set) and hubUrl.`;
    const said = headers.get('X-Error-Message') ?? code;
    return `The Hub refused a request about the ${kind} "${id}" at revision "${revision}" (${status}${said ? `, ${said}` : ''}).`;
  };
}
