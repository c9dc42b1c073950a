using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Extensions.DependencyInjection.Tests;

public sealed class ContainerRuntimeServicesTests
{
    [Fact]
    public void Runtime_IsASingleton_WithItsOptions()
    {
        Requires.Linux();
        using ServiceProvider provider = new ServiceCollection().AddContainerRuntime(o => o.Root = "/run/app").BuildServiceProvider();

        ContainerRuntime runtime = provider.GetRequiredService<ContainerRuntime>();

        Assert.Equal("/run/app", runtime.Root);
        Assert.Same(runtime, provider.GetRequiredService<ContainerRuntime>());
    }

    [Fact]
    public void Runtime_OfASection_HasItsSettings()
    {
        using ServiceProvider provider = new ServiceCollection().AddContainerRuntime(Section(("Root", "/run/app"), ("CgroupDriver", "systemd"))).BuildServiceProvider();

        ContainerRuntimeOptions options = provider.GetRequiredService<IOptions<ContainerRuntimeOptions>>().Value;

        Assert.Equal(("/run/app", CgroupDriver.Systemd), (options.Root, options.CgroupDriver));
    }

    [Theory]
    [InlineData("Root", "relative")]
    [InlineData("CgroupDriver", "other")]
    [InlineData("CgroupDriver", "77")]
    public void Runtime_OfASectionThatIsWrong_SaysSo(string name, string value)
    {
        using ServiceProvider provider = new ServiceCollection().AddContainerRuntime(Section((name, value))).BuildServiceProvider();

        var e = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<ContainerRuntime>);

        Assert.Contains($"'{value}'", e.Message);
    }

    private static SectionOfTest Section(params (string Name, string Value)[] settings) => new(settings.ToDictionary(s => s.Name, s => (string?)s.Value));

    /// <summary>Settings in memory: the package with a builder for them is not needed for more.</summary>
    private sealed class SectionOfTest(Dictionary<string, string?> settings) : IConfiguration
    {
        public string? this[string key]
        {
            get => settings.GetValueOrDefault(key);
            set => settings[key] = value;
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public Microsoft.Extensions.Primitives.IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
