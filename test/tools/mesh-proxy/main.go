// Mesh-proxy stands in for a service mesh's proxy in the lab: it takes the TCP connections that a pod's iptables
// rules redirect to it, passes each on to where it was to go, and names each place once. As Envoy does, it works on
// for 5 s after its SIGTERM (`terminationDrainDuration`).
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

const (
	// The ports of Istio's proxy.
	inbound  = 15006
	outbound = 15001
	// linux/netfilter_ipv4.h
	soOriginalDst = 80
	linger        = 5 * time.Second
)

func main() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	for direction, port := range map[string]int{"inbound": inbound, "outbound": outbound} {
		listener, err := net.Listen("tcp4", fmt.Sprintf(":%d", port))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go accept(listener.(*net.TCPListener), direction)
	}
	fmt.Println("listening")
	<-signals
	time.Sleep(linger)
}

func accept(listener *net.TCPListener, direction string) {
	for {
		connection, err := listener.AcceptTCP()
		if err != nil {
			return
		}
		go pass(connection, direction)
	}
}

var named sync.Map

func pass(from *net.TCPConn, direction string) {
	defer from.Close()
	place, port, err := originalDestination(from)
	if err != nil || port == inbound || port == outbound {
		return
	}
	if _, isKnown := named.LoadOrStore(direction+place, true); !isKnown {
		fmt.Println(direction, place)
	}
	dialed, err := net.Dial("tcp4", place)
	if err != nil {
		from.SetLinger(0) // a refusal is a refusal to whoever asked
		return
	}
	defer dialed.Close()
	to := dialed.(*net.TCPConn)
	var both sync.WaitGroup
	both.Add(2)
	go copyAll(to, from, &both)
	go copyAll(from, to, &both)
	both.Wait()
}

func copyAll(to, from *net.TCPConn, both *sync.WaitGroup) {
	defer both.Done()
	if _, err := io.Copy(to, from); err != nil {
		to.SetLinger(0)
		to.Close()
		from.Close()
		return
	}
	to.CloseWrite()
}

// originalDestination reads where a redirected connection was to go, a struct sockaddr_in.
func originalDestination(connection *net.TCPConn) (string, int, error) {
	raw, err := connection.SyscallConn()
	if err != nil {
		return "", 0, err
	}
	var address *syscall.IPv6Mreq
	var failed error
	err = raw.Control(func(fd uintptr) {
		address, failed = syscall.GetsockoptIPv6Mreq(int(fd), syscall.IPPROTO_IP, soOriginalDst)
	})
	if err != nil || failed != nil {
		return "", 0, fmt.Errorf("no original destination: %v %v", err, failed)
	}
	bytes := address.Multiaddr
	port := int(bytes[2])<<8 | int(bytes[3])
	return fmt.Sprintf("%d.%d.%d.%d:%d", bytes[4], bytes[5], bytes[6], bytes[7], port), port, nil
}
