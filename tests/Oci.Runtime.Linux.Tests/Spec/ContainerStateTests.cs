using System.Text;
using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Spec;

public class ContainerStateTests
{
    private const string Example = """
        {"ociVersion":"1.3.0","id":"web","status":"running","pid":4422,"bundle":"/containers/web",
         "annotations":{"key":"value"},"owner":"somebody"}
        """;

    [Fact]
    [Must("runtime.md#state-1")]
    public void Parse_Example_RoundTrips()
    {
        ContainerState state = ContainerState.Parse(Encoding.UTF8.GetBytes(Example));

        Assert.Equal(ContainerStatus.Running, state.Status);
        Assert.Equal(4422, state.Pid);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Example), JsonNode.Parse(state.ToUtf8Bytes())));
    }

    [Fact]
    public void ToUtf8Bytes_Stopped_HasNoPid()
    {
        var state = new ContainerState { OciVersion = "1.3.0", Id = "web", Status = ContainerStatus.Stopped, Bundle = "/b" };

        Assert.Equal("""{"ociVersion":"1.3.0","id":"web","status":"stopped","bundle":"/b"}""", Encoding.UTF8.GetString(state.ToUtf8Bytes()));
    }

    [Fact]
    public void Parse_UnknownStatus_ThrowsWithPointer()
    {
        InvalidSpecException e = Assert.Throws<InvalidSpecException>(
            () => ContainerState.Parse("""{"ociVersion":"1.3.0","id":"web","status":"tired","bundle":"/b"}"""u8.ToArray()));

        SpecFinding finding = Assert.Single(e.Findings);
        Assert.Equal("/status", finding.Pointer);
        Assert.Contains("creating, created, running, stopped", finding.Message);
    }
}
