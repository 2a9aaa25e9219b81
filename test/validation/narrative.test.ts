import { describe, expect, it } from '@jest/globals';
import { findings, request, validate } from './check.ts';
import { cpuTime } from '../support/cpu-time.ts';

const XMLNS = 'xmlns="http://www.w3.org/1999/xhtml"';

function findNarrative(div: string): string[] {
  return findings(request({ text: { status: 'generated', div } }));
}

describe('narrative', () => {
  it.each([
    `<div ${XMLNS}>text</div>`,
    `\n <div ${XMLNS}>text</div>\n`,
    `<div ${XMLNS}><p class='a'>a<br/>b &amp; c &#160;&#228;&#xE4;</p><!-- note --></div>`,
    `<div ${XMLNS}><table border="1"><tbody><tr><td colspan="2">a</td></tr></tbody></table></div>`,
    `<div ${XMLNS}><a href="https://example.org/?a=1&amp;b=2">a</a> <a href="#id">b</a> <a href="Patient/1">c</a></div>`,
    `<div ${XMLNS}><img src="data:image/png;base64,QUJD" alt="a"/></div>`,
    `<div ${XMLNS} style="color: red">a</div>\n`,
    `<div ${XMLNS} style="background-image: url(data: image/png;base64,QUJD); color: red">a</div>`,
    `<div ${XMLNS}><a href="ftp://example.org/a">a</a></div>`,
    `<div ${XMLNS}>3 &lt; 4 > 2</div>`,
    `<div ${XMLNS}>\u00a0</div>`,
    `<div ${XMLNS} style="border: 1px #F0F0F0 solid; font-size: 11px; font-family: 'Segoe UI', verdana; vertical-align: top;">a</div>`,
    `<div ${XMLNS} style="text-align : left; background-color: RGB(1, 2, 3); padding:0px 4px 0px 4px; white-space: nowrap">a</div>`,
    `<div ${XMLNS} style="display: inline; opacity: 0.5; list-style-type: disc; max-width: 90% !important; float:left;clear:both">a</div>`,
    `<div ${XMLNS}><img src="#picture" alt="a"/><img src="Binary/1" alt="b"/><a href="https://example.org">c</a></div>`,
  ])('may be %s', (div) => {
    expect(findNarrative(div)).toEqual([]);
  });

  it.each([
    'text',
    '<p>text</p>',
    '<divx>text</divx>',
    '<div NS></div>',
    '<div NS> \n</div>',
    '<div NS><!-- a --></div>',
    '<div NS>a',
    '<div NS>a</p></div>',
    '<div NS>a<br></div>',
    '<div NS>a</div><div NS>b</div>',
    '<div NS>a</div>b',
    '<div NS>a & b</div>',
    '<div NS>a < b</div>',
    '<div NS>a<script>alert(1)</script></div>',
    '<div NS>a<SCRIPT src="x"/></div>',
    '<div NS>a<iframe src="https://example.org"></iframe></div>',
    '<div NS>a<form><input name="x"/></form></div>',
    '<div NS>a<style>p{}</style></div>',
    '<div NS>a<svg onload="x()"/></div>',
    '<div NS onclick="x()">a</div>',
    '<div NS ONCLICK="x()">a</div>',
    '<div NS class=a>a</div>',
    '<div NS class>a</div>',
    '<div NS><a href="javascript:x()">a</a></div>',
    '<div NS><a href=" JavaScript:x()">a</a></div>',
    '<div NS><a href="java&#115;cript:x()">a</a></div>',
    '<div NS><a href="java\nscript:x()">a</a></div>',
    '<div NS><a href="data:text/html,x">a</a></div>',
    '<div NS><img src="data:image/svg+xml;base64,QQ=="/></div>',
    '<div NS><img src="vbscript:x"/></div>',
    '<div NS style="background: url(https://example.org)">a</div>',
    `<div NS style="background:image-set('http://example.org/t' 1x)">a</div>`,
    `<div NS style="background:-webkit-image-set('http://example.org/t' 1x)">a</div>`,
    `<div NS style="background:src('http://example.org/t')">a</div>`,
    `<div NS style="background:image('//example.org/t')">a</div>`,
    `<div NS style="background: url ('data:image/png;base64,QUJD')">a</div>`,
    `<div NS style="background: url('data:image/png;base64,QUJD)">a</div>`,
    '<div NS style="width: calc(1px)">a</div>',
    '<div NS style="color: (1)">a</div>',
    '<div NS style="position:fixed">a</div>',
    '<div NS style="color: red; POSITION: fixed">a</div>',
    '<div NS style="--a: 1">a</div>',
    '<div NS style="z-index: 9">a</div>',
    '<div NS style="color">a</div>',
    '<div NS style="color: red} p {color: red">a</div>',
    '<div NS><img src="https://example.org/a.png"/></div>',
    '<div NS><img src="HTTP:example.org/a.png"/></div>',
    '<div NS><img src="//example.org/a.png"/></div>',
    '<div NS><img src=" /\\example.org/a.png"/></div>',
    '<div NS style="background: url(data:image/svg+xml;base64,QQ==)">a</div>',
    '<div NS style="background: url(data:image/png;base64,QQ==); color: url(x)">a</div>',
    '<div NS style="width: expression(x)">a</div>',
    '<div NS style="background: u\\72l(x)">a</div>',
    '<div xmlns="http://example.org">a</div>',
    '<!DOCTYPE div [<!ENTITY a "b">]><div NS>a</div>',
    '<div NS><?php x ?>a</div>',
    '<div NS><![CDATA[a]]></div>',
    '<div>no namespace</div>',
    '<div class="a">no namespace</div>',
    '<div NS>a&nbsp;b</div>',
    '<div NS>&copy;</div>',
    '<div NS>&nope;</div>',
    '<div NS>&#0;</div>',
    '<div NS>&#xFFFE;</div>',
    '<div NS>&#xD800;</div>',
    '<div NS>&#x110000;</div>',
    '<div NS>&#X41;</div>',
    '<div NS>a]]>b</div>',
    '<div NS>a\u0001</div>',
    '<div NS>a\uffff</div>',
    '<div NS>a<!-- \ufffe --></div>',
    '<div NS>a<!-- b -- c --></div>',
    '<div NS title="a & b">a</div>',
    '<div NS title="&nbsp;">a</div>',
    '<div NS title="a" title="b">a</div>',
    '<div NS\u00a0title="a">a</div>',
    '<div NS>a</div/>',
    '\u00a0<div NS>a</div>',
    '<?xml version="1.0"?><div NS>a</div>',
    '<!-- a --><div NS>a</div>',
    '<div NS>a</div><!-- a -->',
    '<DIV NS>a</DIV>',
    '<div/>',
    '',
  ])('may not be %j', (div) => {
    expect(findNarrative(div.replaceAll('NS', XMLNS))).toEqual(['invalid-value ServiceRequest.text.div']);
  });

  it.each<[string, string, string]>([
    ['<div NS>\n<p>a&nbsp;b</p></div>', 'line 2, column 5', 'its number: &#160; for &nbsp;'],
    ['<div NS>\n<p>a & b</p></div>', 'line 2, column 6', 'Write it as &amp;'],
    ['<div NS>\n<p title="a & b">a</p></div>', 'line 2, column 4', 'Write it as &amp;'],
    ['<div NS>\n<p onclick="x()">a</p></div>', 'line 2, column 4', 'Only attributes for formatting'],
    ['<div NS>\n<p><a\nhref="javascript:x()">a</a></p></div>', 'line 3, column 1', 'Links go to http'],
    ['<div NS>\n<p style="a:url(b)">a</p></div>', 'line 2, column 4', 'Styles are for formatting'],
    ['<div NS>a\n<script>x()</script></div>', 'line 2, column 1', 'does not allow this element'],
    ['<div NS>a\n</p></div>', 'line 2, column 1', 'does not match'],
    ['<div NS>a\n<p></div>', 'line 2, column 4', 'does not match'],
    ['<div NS>a\n<p>', 'line 2, column 4', 'Close them'],
    ['<div NS>a\n < b</div>', 'line 2, column 2', 'no well-formed tag'],
    ['<div NS>a\n<![CDATA[b]]></div>', 'line 2, column 1', 'no CDATA'],
    ['<div NS>a\n]]></div>', 'line 2, column 1', ']]&gt;'],
    ['<div NS>a\n&#1;</div>', 'line 2, column 1', 'XML cannot hold'],
    ['<div NS>a\n\u0001</div>', 'line 2, column 1', 'XML cannot hold'],
    ['<div class="a">a</div>', 'line 1, column 5', 'Declare the namespace'],
    ['<div NS>a</div>\nb', 'line 2, column 1', 'one <div>'],
    ['<div NS> </div>', 'line 1, column 1', 'no text'],
  ])('%j tells where, and how to mend it', (div, where, mend) => {
    const [issue] = validate(request({ text: { status: 'generated', div: div.replaceAll('NS', XMLNS) } }));
    expect(issue?.text).toMatch(/^div is not a valid xhtml\. In the div at /);
    expect(issue?.text).toContain(where);
    expect(issue?.text).toContain(mend);
  });

  it('has 64 levels at most, as in XML', () => {
    const nested = (levels: number, innermost: string): string =>
      `<div ${XMLNS}>${'<b>'.repeat(levels - 2)}${innermost}${'</b>'.repeat(levels - 2)}</div>`;
    for (const innermost of ['<i>a</i>', 'a<br/>']) {
      expect(findNarrative(nested(64, innermost))).toEqual([]);
      expect(findNarrative(nested(65, innermost))).toEqual(['invalid-value ServiceRequest.text.div']);
    }
  });

  it('of more than 1 MB is refused', () => {
    const [issue] = validate(request({ text: { status: 'empty', div: `<div ${XMLNS}>${'a'.repeat(2 ** 20)}</div>` } }));
    expect(issue?.text).toContain('at most 1 MB');
  });

  it('is read in one pass, however long and broken', () => {
    const started = cpuTime();
    findNarrative(`<div ${XMLNS}>${'<a href="x" '.repeat(20_000)}</div>`);
    findNarrative(`<div ${XMLNS}>${'&a'.repeat(50_000)}</div>`);
    findNarrative(`<div ${XMLNS}>${'<!-- - '.repeat(50_000)}</div>`);
    findNarrative(`<div ${XMLNS}>${'a&amp;'.repeat(150_000)}</div>`);
    findNarrative(`<div ${XMLNS}>a<!-- ${'a'.repeat(1_000_000)} --></div>`);
    findNarrative(`<div ${XMLNS} title="${'&amp;'.repeat(150_000)}">a</div>`);
    findNarrative(`<div ${XMLNS} a${' '.repeat(100_000)}</div>`);
    expect(cpuTime() - started).toBeLessThan(2000);
  });
});
