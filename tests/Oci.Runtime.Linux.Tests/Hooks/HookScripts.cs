using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Hooks;

/// <summary>Hooks as shell scripts that leave notes in the container's /tmp, which the host has below the root filesystem.</summary>
internal sealed class HookScripts(ContainerHost host)
{
    public string Notes => Path.Combine(host.RootPath, "tmp");

    /// <summary>A hook of the host, at a path that the container does not have.</summary>
    public HookSpec Outside(string body, int? timeout = null) => Make(host.Combine($"hook-{Guid.NewGuid():n}"), null, body, Notes, timeout);

    /// <summary>A hook of the container, at a path that the host does not have.</summary>
    public HookSpec Inside(string body, int? timeout = null)
    {
        string path = $"/bin/hook-{Guid.NewGuid():n}";
        return Make(host.RootPath + path, path, body, "/tmp", timeout);
    }

    public string Read(string note) => File.ReadAllText(Path.Combine(Notes, note));

    public string[] ReadLines(string note) => File.ReadAllLines(Path.Combine(Notes, note));

    public bool Has(string note) => File.Exists(Path.Combine(Notes, note));

    private static HookSpec Make(string file, string? path, string body, string notes, int? timeout)
    {
        File.WriteAllText(file, $"#!/bin/sh\ncd {notes} || exit 99\n{body}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0x1ED); // 0755
        return new HookSpec { Path = path ?? file, Env = ["PATH=/usr/bin:/bin"], Timeout = timeout };
    }
}
