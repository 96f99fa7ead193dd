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
    : 'pass the option token, set HF_TOKEN or log in (hf auth login)';

  return (status, headers) => {
    const code = headers.get('X-Error-Code');
    const said = headers.get('X-Error-Message') ?? code;
    const busy = explainBusyServer(hostOf(hubUrl), status, headers);
    if (busy) return busy;
    if (code === 'GatedRepo' || status === 403)
      return {
        reason: 'gated',
        message: `The ${kind} "${id}" is restricted (${status}): accept its conditions at ${page}, then ${tokenAdvice}.`,
      };
    if (status === 401 && hasToken && code !== 'RepoNotFound')
      return {
        reason: 'token',
        message: `The Hub does not take the access token (401${said ? `, ${said}` : ''}): it is mistyped, expired or revoked; make one at ${hubUrl}/settings/tokens.`,
      };
    if (status === 401)
      return {
        reason: 'repository',
        message: `The Hub does not show "${id}" (401): ${missing}, or it is private. Check the name; if it is private, ${tokenAdvice}.`,
      };
    if (code === 'RevisionNotFound')
      return {
        reason: 'revision',
        message: `The ${kind} "${id}" has no revision "${revision}" (404): see its branches and tags at ${page}.`,
      };
    if (code === 'EntryNotFound')
      return { reason: 'file', message: `The ${kind} "${id}" has no such file at revision "${revision}" (404).` };
    if (code === 'RepoNotFound' || (status === 404 && code === null))
      return {
        reason: 'repository',
        message: `Not found (404): ${missing}${hasToken ? ', or it is private and not open to the account of the token' : ''}. Check the name, the kind (model or data set) and hubUrl.`,
      };
    return {
      message: `The Hub refused a request about the ${kind} "${id}" at revision "${revision}" (${status}${said ? `, ${said}` : ''}).`,
    };
  };
}
