using System.Diagnostics;
using System.Globalization;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Benchmarks.Containers;

/// <summary>The bundle that the comparisons of containers share: default configuration, a cgroup, the default seccomp profile, one static program.</summary>
internal sealed class ContainerBundle : IDisposable
{
    private const string Cgroup = "oci-benchmark";

    private readonly string _folder;
    private readonly HugetlbHierarchy? _hugetlb;

    private ContainerBundle(string folder, Bundle bundle)
    {
        _folder = folder;
        Bundle = bundle;
        Runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = Path.Combine(folder, "state") });
        _hugetlb = HugetlbHierarchy.Mount();
    }

    public Bundle Bundle { get; }

    public ContainerRuntime Runtime { get; }

    /// <summary>Makes the bundle; <paramref name="source"/> is the C source of its only program, /program.</summary>
    public static async Task<ContainerBundle> CreateAsync(string source)
    {
        string folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;
        string root = Path.Combine(folder, "bundle", "rootfs");
        Directory.CreateDirectory(root);
        await CompileAsync(folder, source, Path.Combine(root, "program"), "-static");
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with
        {
            Process = spec.Process! with { Args = ["/program"] },
            Linux = spec.Linux! with { Resources = null, CgroupsPath = "/" + Cgroup, Seccomp = SeccompProfiles.CreateDefault() },
        };
        return new ContainerBundle(folder, await Bundle.CreateAsync(Path.Combine(folder, "bundle"), spec));
    }

    /// <summary>Another bundle of the same root, with a cgroup of its own.</summary>
    public Task<Bundle> CopyAsync(string name) => Bundle.CreateAsync(
        Combine(name),
        Bundle.Spec with { Root = Bundle.Spec.Root! with { Path = Bundle.RootPath }, Linux = Bundle.Spec.Linux! with { CgroupsPath = "/" + name } });

    public string Combine(string name) => Path.Combine(_folder, name);

    /// <summary>The C program that makes the same system calls, and its arguments but the count and the cgroups.</summary>
    public async Task<Func<int, Task>> MakeBaselineAsync()
    {
        string program = Combine("plan");
        await File.WriteAllBytesAsync(program, ProgramEncoder.Encode(Runtime.Plan("baseline", Bundle), InitDescriptors.Parent));
        string baseline = Combine("same-syscalls");
        await CompileAsync(_folder, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Containers", "same-syscalls.c")), baseline);
        string[] cgroups = [.. CgroupHost.Read().Open("baseline", "/" + Cgroup).Paths.Values.Distinct()];
        return count => RunAsync(baseline, [program, Combine("c"), count.ToString(CultureInfo.InvariantCulture), .. cgroups]);
    }

    /// <summary>The runtimes of the system that can run this bundle here: crun and runc.</summary>
    public IReadOnlyList<string> Others
    {
        get
        {
            string[] runtimes = [.. ((string[])["/usr/bin/crun", "/usr/sbin/runc", "/usr/bin/runc"]).Where(File.Exists).DistinctBy(Path.GetFileName)];
            if (HugetlbHierarchy.IsMissing)
            {
                Console.WriteLine("crun is left out: no hugetlb hierarchy could be mounted, and it fails without one.");
                return [.. runtimes.Where(r => !r.EndsWith("/crun", StringComparison.Ordinal))];
            }
            return runtimes;
        }
    }

    /// <summary>Runs another runtime, with a state folder of its own.</summary>
    public Task RunOtherAsync(string runtime, params string[] arguments) => RunAsync(runtime, ["--root", Combine("other"), .. arguments]);

    public static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} exited with code {process.ExitCode}.");
        }
    }

    public void Dispose()
    {
        _hugetlb?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task CompileAsync(string folder, string source, string target, params string[] options)
    {
        string file = Path.Combine(folder, "source.c");
        await File.WriteAllTextAsync(file, source);
        try
        {
            await RunAsync("gcc", ["-O2", "-o", target, file, .. options]);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("The baseline needs a C compiler (Debian: apt-get install gcc libc6-dev).", e);
        }
    }
}
