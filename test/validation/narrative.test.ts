import { describe, expect, it } from '@jest/globals';
import { findings, request } from './check.ts';
import { cpuTime } from '../support/cpu-time.ts';

const XMLNS = 'xmlns="http://www.w3.org/1999/xhtml"';

function findNarrative(div: string): string[] {
  return findings(request({ text: { status: 'generated', div } }));
}

describe('narrative', () => {
  it.each([
    `<div ${XMLNS}>text</div>`,
    '<div>text</div>',
    `<div ${XMLNS}><p class='a'>a<br/>b &amp; c &nbsp;&#228;&#xE4;</p><!-- note --></div>`,
    `<div ${XMLNS}><table border="1"><tbody><tr><td colspan="2">a</td></tr></tbody></table></div>`,
    `<div ${XMLNS}><a href="https://example.org/?a=1&amp;b=2">a</a> <a href="#id">b</a> <a href="Patient/1">c</a></div>`,
    `<div ${XMLNS}><img src="data:image/png;base64,QUJD" alt="a"/></div>`,
    `<div ${XMLNS} style="color: red">a</div>\n`,
    `<div ${XMLNS}>3 &lt; 4 > 2</div>`,
  ])('may be %s', (div) => {
    expect(findNarrative(div)).toEqual([]);
  });

  it.each([
    'text',
    '<p>text</p>',
    '<divx>text</divx>',
    '<div></div>',
    '<div> \n</div>',
    '<div><!-- a --></div>',
    '<div>a',
    '<div>a</p></div>',
    '<div>a<br></div>',
    '<div>a</div><div>b</div>',
    '<div>a</div>b',
    '<div>a & b</div>',
    '<div>a < b</div>',
    '<div>a<script>alert(1)</script></div>',
    '<div>a<SCRIPT src="x"/></div>',
    '<div>a<iframe src="https://example.org"></iframe></div>',
    '<div>a<form><input name="x"/></form></div>',
    '<div>a<style>p{}</style></div>',
    '<div>a<svg onload="x()"/></div>',
    '<div onclick="x()">a</div>',
    '<div ONCLICK="x()">a</div>',
    '<div class=a>a</div>',
    '<div class>a</div>',
    '<div><a href="javascript:x()">a</a></div>',
    '<div><a href=" JavaScript:x()">a</a></div>',
    '<div><a href="java&#115;cript:x()">a</a></div>',
    '<div><a href="java\nscript:x()">a</a></div>',
    '<div><a href="data:text/html,x">a</a></div>',
    '<div><img src="data:image/svg+xml;base64,QQ=="/></div>',
    '<div><img src="vbscript:x"/></div>',
    '<div style="background: url(https://example.org)">a</div>',
    '<div style="width: expression(x)">a</div>',
    '<div style="background: u\\72l(x)">a</div>',
    '<div xmlns="http://example.org">a</div>',
    '<!DOCTYPE div [<!ENTITY a "b">]><div>a</div>',
    '<div><?php x ?>a</div>',
    '<div><![CDATA[a]]></div>',
  ])('may not be %j', (div) => {
    expect(findNarrative(div)).toEqual(['invalid-value ServiceRequest.text.div']);
  });

  it('is read in one pass, however long and broken', () => {
    const started = cpuTime();
    findNarrative(`<div>${'<a href="x" '.repeat(20_000)}</div>`);
    findNarrative(`<div>${'&a'.repeat(50_000)}</div>`);
    findNarrative(`<div>${'<!-- - '.repeat(50_000)}</div>`);
    findNarrative(`<div a${' '.repeat(100_000)}</div>`);
    expect(cpuTime() - started).toBeLessThan(2000);
  });
});
