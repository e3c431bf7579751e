// Command istio does to workloads what Istio's sidecar injector would do to
// them, with the injector's own code and the templates of Istio's own chart, so
// that tests can see which pods a mesh makes without a cluster.
//
//	istio [-cni] < MANIFESTS
//
// It reads manifests as a YAML stream, takes each workload in it for one of a
// namespace with injection on, and prints all of them, each followed by ---.
// The annotation sidecar.istio.io/nativeSidecar chooses between the two kinds
// of proxies, and without it the proxy is an ordinary container. With -cni the
// node's CNI plugin redirects the pod's traffic, before any container runs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/log"
)

func main() {
	isCNI := flag.Bool("cni", false, "leave the redirection to Istio's CNI plugin")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *isCNI); err != nil {
		fmt.Fprintln(os.Stderr, "istio:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, isCNI bool) error {
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		return err
	}
	settings := []string{"components.egressGateways[0].enabled=false", "components.ingressGateways[0].enabled=false"}
	if isCNI {
		settings = append(settings, "components.cni.enabled=true")
	}
	sets, _, err := render.GenerateManifest(nil, settings, true, nil, nil)
	if err != nil {
		return err
	}
	injector, err := dataOf(sets, "istio-sidecar-injector")
	if err != nil {
		return err
	}
	control, err := dataOf(sets, "istio")
	if err != nil {
		return err
	}
	config, err := inject.UnmarshalConfig([]byte(injector["config"]))
	if err != nil {
		return err
	}
	values, err := inject.NewValuesConfig(injector["values"])
	if err != nil {
		return err
	}
	meshConfig, err := mesh.ApplyMeshConfigDefaults(control["mesh"])
	if err != nil {
		return err
	}
	warn := func(text string) { fmt.Fprint(os.Stderr, text) }
	return inject.IntoResourceFile(nil, config.Templates, values, "", meshConfig, in, out, warn)
}

// dataOf finds a ConfigMap among what Istio's chart renders.
func dataOf(sets []manifest.ManifestSet, name string) (map[string]string, error) {
	for _, set := range sets {
		for _, one := range set.Manifests {
			if one.GetKind() != "ConfigMap" || one.GetName() != name {
				continue
			}
			data := map[string]string{}
			fields, _ := one.Object["data"].(map[string]any)
			for key, value := range fields {
				text, _ := value.(string)
				data[key] = text
			}
			return data, nil
		}
	}
	return nil, errors.New("Istio's chart has no ConfigMap " + name)
}
