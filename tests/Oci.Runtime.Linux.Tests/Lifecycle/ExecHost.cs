using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>A running container to execute programs in.</summary>
internal sealed class ExecHost : IAsyncDisposable
{
    private ExecHost(ContainerHost host, Container container)
    {
        Host = host;
        Container = container;
    }

    public ContainerHost Host { get; }

    public Container Container { get; }

    /// <summary>Starts a container whose first process waits for the end of its standard input.</summary>
    public static Task<ExecHost> StartAsync(RuntimeSpec? spec = null) => StartAsync(new ContainerHost(), spec);

    public static async Task<ExecHost> StartAsync(ContainerHost host, RuntimeSpec? spec = null)
    {
        Container container = await host.CreateAsync(spec ?? ContainerHost.Spec("cat"));
        await container.StartAsync();
        return new ExecHost(host, container);
    }

    public Task<ContainerRun> RunAsync(params string[] args) => RunAsync(new ExecOptions { Args = args });

    /// <summary>Runs a program in the container to its end.</summary>
    public async Task<ContainerRun> RunAsync(ExecOptions options)
    {
        options.Stdio = ContainerStdio.Pipes;
        await using ContainerProcess process = await Container.ExecAsync(options);
        process.StandardInput!.Close();
        Task<string> output = new StreamReader(process.StandardOutput!).ReadToEndAsync();
        Task<string> error = new StreamReader(process.StandardError!).ReadToEndAsync();
        return new ContainerRun(await process.WaitAsync(), await output, await error, process.Warnings);
    }

    public async ValueTask DisposeAsync()
    {
        await Container.DeleteAsync(force: true);
        await Container.DisposeAsync();
        await Host.DisposeAsync();
    }
}
