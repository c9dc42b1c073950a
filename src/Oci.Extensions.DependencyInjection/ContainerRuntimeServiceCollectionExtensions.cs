using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Cgroups;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the container runtime.</summary>
public static class ContainerRuntimeServiceCollectionExtensions
{
    /// <summary>Adds a singleton <see cref="ContainerRuntime"/>. Linux only: elsewhere it fails when it is first asked for.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the options. The clock is taken from the services where it leaves it.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddContainerRuntime(this IServiceCollection services, Action<ContainerRuntimeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ContainerRuntimeOptions>()
            .Configure(configure ?? (_ => { }))
            .PostConfigure<IServiceProvider>((options, provider) =>
            {
                if (options.TimeProvider == TimeProvider.System && provider.GetService<TimeProvider>() is TimeProvider clock)
                {
                    options.TimeProvider = clock;
                }
            });
        services.TryAddSingleton(provider => new ContainerRuntime(provider.GetRequiredService<IOptions<ContainerRuntimeOptions>>().Value));
        return services;
    }

    /// <summary>Adds a singleton <see cref="ContainerRuntime"/> with the settings of a section: <c>Root</c> and <c>CgroupDriver</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The section, read when the runtime is first asked for. A value that cannot be is then an <see cref="OptionsValidationException"/>.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddContainerRuntime(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddContainerRuntime(options => Bind(options, configuration));
    }

    // Two settings by hand: the binder would need reflection, which trimming takes away.
    private static void Bind(ContainerRuntimeOptions options, IConfiguration configuration)
    {
        options.Root = configuration[nameof(options.Root)] is { Length: > 0 } root
            ? Path.IsPathRooted(root) ? root : throw Invalid($"'{root}' is not an absolute path; Root must be one.")
            : options.Root;
        options.CgroupDriver = configuration[nameof(options.CgroupDriver)] is { Length: > 0 } driver
            ? Enum.TryParse(driver, ignoreCase: true, out CgroupDriver parsed) && Enum.IsDefined(parsed) ? parsed : throw Invalid($"'{driver}' is no CgroupDriver; there are {string.Join(", ", Enum.GetNames<CgroupDriver>())}.")
            : options.CgroupDriver;
    }

    private static OptionsValidationException Invalid(string problem) => new(Options.Options.DefaultName, typeof(ContainerRuntimeOptions), [problem]);
}
