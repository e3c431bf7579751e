import { expect } from 'chai';
import { chartName, placeInTemplate, templateFile } from '../../../cli/core/lint/chart/template.ts';

const charts = [
  { name: 'shop', folder: 'charts/shop/' },
  { name: 'other', folder: '/abs/other' },
];

describe('the file of a template', () => {
  it('is that of the chart with the name', () => {
    expect(templateFile('shop/templates/web.yaml', charts)).to.equal('charts/shop/templates/web.yaml');
    expect(templateFile('shop/charts/sub/templates/x.yaml', charts)).to.equal(
      'charts/shop/charts/sub/templates/x.yaml',
    );
    expect(templateFile('other/templates/x.yaml', charts)).to.equal('/abs/other/templates/x.yaml');
  });

  it('is none for another chart, and none outside of the chart', () => {
    expect(templateFile('third/templates/web.yaml', charts)).to.equal(undefined);
    expect(templateFile('shop/../../etc/passwd', charts)).to.equal(undefined);
    expect(templateFile('shop', charts)).to.equal(undefined);
  });

  it('needs the name of a Chart.yaml', () => {
    expect(chartName('apiVersion: v2\r\nname: "shop" # ours\r\n')).to.equal('shop');
    expect(chartName('apiVersion: v2\nmaintainers:\n  - name: me\n')).to.equal(undefined);
  });
});

const template = `{{- if .Values.web.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-port: {{ .Values.port | quote }}
        {{- toYaml .Values.annotations | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: app
        - name: helper
          image: helper
          args: [a]
---
spec:
  metadata:
    - name: host
      value: {{ .Values.host }}
    - name: autoAck
      value: "true"
{{- end }}
`;
const rendered = `# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-shop
spec:
  template:
    metadata:
      annotations:
        dapr.io/enabled: "true"
        dapr.io/app-port: "8080"
        dapr.io/log-level: debug
    spec:
      containers:
        - name: shop
          image: app
        - name: helper
          image: helper
          args: [a]
---
# Source: shop/templates/web.yaml
spec:
  metadata:
    - name: host
      value: rabbit
    - name: autoAck
      value: "true"
`.split('\n');

describe('the line of a template', () => {
  const lineOf = (text: string, nth = 0): readonly [string, number] => {
    const line = rendered.flatMap((one, index) => (one.includes(text) ? [index + 1] : []))[nth] ?? 0;
    const { line: found, column } = placeInTemplate({ path: 'x', text: template }, rendered, line);
    return [template.split('\n')[found - 1] ?? '', column];
  };

  it('is the one with the same key and value', () => {
    expect(lineOf('dapr.io/enabled')).to.deep.equal(['        dapr.io/enabled: "true"', 9]);
    expect(lineOf('args')).to.deep.equal(['          args: [a]', 11]);
  });

  it('is the one with the same key where the template computes the value', () => {
    expect(lineOf('app-port')[0]).to.equal('        dapr.io/app-port: {{ .Values.port | quote }}');
    expect(lineOf('- name: shop')).to.deep.equal(['        - name: {{ .Chart.Name }}', 11]);
    expect(lineOf('name: release-shop')[0]).to.equal('  name: {{ include "shop.fullname" . }}');
  });

  it('is that of the right item of a list', () => {
    expect(lineOf('value: rabbit')[0]).to.equal('      value: {{ .Values.host }}');
    expect(lineOf('value: "true"')[0]).to.equal('      value: "true"');
    expect(lineOf('image: helper')[0]).to.equal('          image: helper');
  });

  it('is that of what holds it where the template does not spell the key', () =>
    expect(lineOf('log-level')[0]).to.equal('      annotations:'));

  it('is the first one where nothing is alike', () =>
    expect(placeInTemplate({ path: 'x', text: '{{ include "lib.all" . }}\n' }, rendered, 11)).to.deep.equal({
      path: 'x',
      line: 1,
      column: 1,
    }));
});
