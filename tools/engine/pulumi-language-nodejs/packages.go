package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifest is what this host reads of a package.json.
type manifest struct {
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Pulumi          struct {
		Resource bool   `json:"resource"`
		Name     string `json:"name"`
		Version  string `json:"version"`
		Server   string `json:"server"`
	} `json:"pulumi"`
}

// GetRequiredPackages names the resource plugins of the packages the program depends on directly, so that the engine
// can install them beforehand. A plugin that only a package of a package needs is fetched when it is first used.
func (h *host) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	installed, err := installedPackages(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, name := range slices.Sorted(maps.Keys(installed)) {
		plugin := installed[name].Pulumi
		if !plugin.Resource || plugin.Name == "" {
			continue
		}
		version := plugin.Version
		if version == "" {
			version = installed[name].Version
		}
		response.Packages = append(response.Packages, &pulumirpc.PackageDependency{
			Name: plugin.Name, Kind: "resource", Version: version, Server: plugin.Server,
		})
	}
	return response, nil
}

// GetProgramDependencies lists the packages the program depends on directly, as they are installed (`pulumi about`).
func (h *host) GetProgramDependencies(
	_ context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	installed, err := installedPackages(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, name := range slices.Sorted(maps.Keys(installed)) {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: name, Version: installed[name].Version})
	}
	return response, nil
}

// installedPackages are the package.json files of the packages that the nearest package.json at or above `directory`
// depends on, by package name. Packages that are not installed are left out; no package.json means none.
func installedPackages(directory string) (map[string]manifest, error) {
	result := map[string]manifest{}
	for folder := directory; ; folder = filepath.Dir(folder) {
		own, err := readManifest(filepath.Join(folder, "package.json"))
		if err == nil {
			for _, names := range []map[string]string{own.Dependencies, own.DevDependencies} {
				for name := range names {
					file, err := findPackageFile(folder, filepath.Join(filepath.FromSlash(name), "package.json"))
					if err != nil {
						continue
					}
					if result[name], err = readManifest(file); err != nil {
						return nil, err
					}
				}
			}
			return result, nil
		}
		if !os.IsNotExist(err) {
			return nil, err
		}
		if folder == filepath.Dir(folder) {
			return result, nil
		}
	}
}

func readManifest(file string) (manifest, error) {
	var result manifest
	text, err := os.ReadFile(file)
	if err != nil {
		return result, err
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return result, fmt.Errorf("%s is no package.json: %w", file, err)
	}
	return result, nil
}
