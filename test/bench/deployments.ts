/** A Deployment as charts render them, 1.8 kB. Every tenth is Dapr-enabled. The same number makes the same text. */
export const deployment = (index: number, isDapr = index % 10 === 0): string => {
  const name = `service-${String(index).padStart(5, '0')}`;
  return `---
# Source: shop/charts/${name}/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/instance: shop
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: ${name}-1.2.3
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
      app.kubernetes.io/instance: shop
  template:
    metadata:
      annotations:
        checksum/config: ${String(index * 2654435761).padStart(64, '0')}
        ${isDapr ? 'dapr.io' : 'prometheus.io'}/enabled: "true"
        ${isDapr ? 'dapr.io' : 'prometheus.io'}/app-id: ${name}
        ${isDapr ? 'dapr.io' : 'prometheus.io'}/app-port: "8080"
      labels:
        app.kubernetes.io/name: ${name}
        app.kubernetes.io/instance: shop
    spec:
      serviceAccountName: ${name}
      containers:
        - name: app
          image: "registry.example/shop/${name}:1.2.3"
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: ${name}-database
                  key: url
          livenessProbe:
            httpGet:
              path: /livez
              port: http
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 5
          resources:
            limits:
              memory: 256Mi
            requests:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {}
`;
};

export const deployments = (count: number): string =>
  Array.from({ length: count }, (_, index) => deployment(index)).join('');
